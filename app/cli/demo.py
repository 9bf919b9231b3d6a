"""`stockpulse demo`: the demo shop in fast motion.

Rule: only click is imported here, so that `--help` stays quick.
"""

import click

from app.cli.options.client import key_option, patience_option, quiet_option, url_option
from app.cli.options.numbers import Number


@click.command()
@url_option("GraphQL endpoint of the server with the demo shop.")
@key_option()
@click.option(
    "--speed",
    type=Number(0.05, 20),
    default=1.0,
    show_default=True,
    help="Trading days, 8 to 20 o'clock, that pass in a minute.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Chance: the same seed plans alike.")
@click.option("--duration", type=Number(min=1), help="Seconds to play. Without it, it plays until Ctrl-C.")
@patience_option()
@quiet_option("Print the summary only.")
def demo(
    *, url: str, key: str | None, speed: float, seed: int, duration: float | None, patience: float, quiet: bool
) -> None:
    """Play the days of the demo shop in fast motion, so that every page of the dashboard moves.

    Tills sell in rushes and bursts, and take things back. Web orders are reserved, shipped, cancelled or left to
    expire. The server orders what levels need; the demo sends those orders, and its suppliers confirm and deliver them:
    in parts, late, or with a damaged unit. Stores are filled up by transfers, of which some arrive short. Locations
    count, post what differs, and alerts are answered.

    It plays on a server that `serve` has given the demo shop, and nowhere else. It leaves alone the items that the
    documentation's examples use, and orders, transfers and reservations that others have made. Customers buy less of
    what is scarce, so that it can go on for hours. `serve` plays by itself unless STOCKPULSE_DEMO_LIVE is false.
    """
    from app.client.demo.main import main  # noqa: PLC0415 - see the rule above
    from app.client.demo.options import DemoOptions  # noqa: PLC0415

    options = DemoOptions(
        url=url,
        key=key,
        speed=speed,
        seed=seed,
        duration_seconds=duration,
        patience_seconds=patience,
        is_quiet=quiet,
    )
    raise SystemExit(main(options))
