"""Budgets: how much a principal's operations may cost, at once and in each second (ADR 42)."""

from msgspec import Struct


class Budget(Struct, frozen=True, kw_only=True):
    """A token bucket's terms, in units of an operation's cost: one plain field of one object (ADR 28)."""

    capacity: float  # at once
    restore_rate: float  # per second
