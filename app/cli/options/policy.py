"""The options of `stockpulse replay` that make it a simulation.

Rule: only click is imported here, so that `--help` stays quick.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from app.cli.options.numbers import Number
from app.cli.text import TEXT

POLICIES = ("none", "min-max", "fixed-quantity", "periodic", "just-in-time", "demand-based")
DEFAULTS = {"lead_time_days": 7, "warm_up_days": 28, "order_days": 14, "service_level": 0.95, "run": None}

F = TypeVar("F", bound=Callable[..., Any])

# None stands for the default, so that an option that means nothing without --policy is noticed.
_OPTIONS = (
    click.option(
        "--policy",
        "policies",
        type=click.Choice(POLICIES),
        multiple=True,
        help="Simulate the days of the file with this policy, beside a location that orders nothing. May be repeated.",
    ),
    click.option(
        "--lead-time-days",
        type=click.IntRange(1, 365),
        show_default=str(DEFAULTS["lead_time_days"]),
        help="With --policy: days of the file from an order to its delivery.",
    ),
    click.option(
        "--warm-up-days",
        type=click.IntRange(2, 3_650),
        show_default=str(DEFAULTS["warm_up_days"]),
        help="With --policy: the first days of the file, whose sales give the numbers and are not played.",
    ),
    click.option(
        "--order-days",
        type=click.IntRange(1, 365),
        show_default=str(DEFAULTS["order_days"]),
        help="With --policy: how many days of demand an order is for, and the days between periodic reviews.",
    ),
    click.option(
        "--service-level",
        type=Number(0.5, 0.9999),
        show_default=str(DEFAULTS["service_level"]),
        help="With --policy: the share of order cycles without a stock-out to aim at.",
    ),
    click.option(
        "--run",
        type=TEXT,
        help="With --policy: a name that sets the simulation apart from others; it stands in the locations' codes.",
    ),
)


def policy_options(command: F) -> F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def terms_given(policies: tuple[str, ...], given: dict[str, Any], *, opening_units: object) -> dict[str, Any] | None:
    """Return the terms of the simulation that is asked for, by name; None where none is. Raises click.UsageError."""
    named = [name for name, value in given.items() if value is not None]
    if not policies:
        for name in named:
            raise click.UsageError(f"--{name.replace('_', '-')} means nothing without --policy.")
        return None
    if opening_units is not None:
        raise click.UsageError(
            "--opening-stock means nothing with --policy: each location opens with its target level."
        )
    return {name: default if given[name] is None else given[name] for name, default in DEFAULTS.items()}
