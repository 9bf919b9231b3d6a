"""The figures of one side: its trade, and what the server says of it."""

from app.client.replay.report import Section, proof_figures
from app.client.replay.simulation.side import Side


def trade_figures(side: Side) -> Section:
    """Return what was wanted, done and kept, so far."""
    trade, supplied = side.shelf.trade, side.supplied
    days = max(1, trade.days)
    return {
        "units_wanted": trade.units_wanted,
        "units_sold": trade.units_sold,
        "units_lost": trade.units_lost,
        "fill_rate_percent": percent(trade.units_sold, trade.units_wanted),
        "order_lines": trade.lines_wanted,
        "order_lines_short": trade.lines_short,
        "items_that_ran_out": len(side.shelf.ran_out),
        "stock_outs": trade.stock_outs,
        "days_per_stock_out": days_per_stock_out(side),
        "days_out_of_stock_percent": out_percent(side),
        "levels_out_at_the_end": side.shelf.empty,
        "mean_inventory_units": round(trade.unit_days / days),
        "mean_inventory_value": round(trade.value_days / days),
        "units_returned": trade.units_returned,
        "units_written_off": trade.units_written_off,
        "purchase_orders": supplied.orders,
        "purchase_order_lines": supplied.lines,
        "units_ordered": supplied.units_ordered,
        "units_received": supplied.units_received,
    }


def facts_figures(side: Side) -> Section:
    """Return what the server says in the end; none before."""
    facts = side.facts
    if facts is None:
        return {}
    return {
        **proof_figures(facts.proof),
        "stock_outs_in_the_ledger": facts.stock_outs,
        "open_alerts_of_levels_out": facts.out_alerts,
        "orders_of_the_server": facts.supplied.orders,
        "differences": facts.differences(side.shelf, side.supplied),
    }


def out_percent(side: Side) -> float:
    """Return the share of all days of all items that ended with an empty shelf."""
    return percent(side.shelf.trade.empty_shelf_days, side.shelf.trade.days * len(side.shelf.units))


def days_per_stock_out(side: Side) -> float:
    """Return how many evenings a shelf that became empty stayed so, on average."""
    trade = side.shelf.trade
    return round(trade.empty_shelf_days / trade.stock_outs, 1) if trade.stock_outs else 0.0


def percent(part: int, whole: int) -> float:
    """Return a share in percent; of nothing, all."""
    return round(100 * part / whole, 1) if whole else 100.0
