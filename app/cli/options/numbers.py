"""Numbers that are given on a command line.

Rule: only click is imported here, so that `--help` stays quick.
"""

import math
from typing import Any

import click


class Number(click.FloatRange):
    """A number within bounds; click takes `nan` within any, since it is neither below nor above them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - as click has it
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number to count with.", param, ctx)
        return number
