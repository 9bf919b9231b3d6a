"""Which faults come when: drawn by a seed and known before, so that a soak can be repeated.

Rule: each kind comes once before any comes again, and after each there is a rest in which recovery is measured.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FIRST_AFTER = 0.5  # of the time between two faults
FROZEN_SECONDS = (4.0, 16.0)  # shorter and longer than what clients, drivers and elections wait for
REST = 0.3  # of the time between two faults, at the end of a soak: nothing is harmed any more
API = "api"


class FaultKind(StrEnum):
    """What is done to a part."""

    KILL = "kill"
    FREEZE = "freeze"
    RESTART = "rolling-restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: when, in seconds since the beginning, and of which role; how long a frozen part stands still."""

    second: float
    kind: FaultKind
    role: str
    frozen_seconds: float = 0.0

    @property
    def name(self) -> str:
        """The fault as options and reports name it."""
        return fault_name(self.kind, self.role)

    def __str__(self) -> str:
        for_seconds = f" for {self.frozen_seconds:.1f} s" if self.frozen_seconds else ""
        return f"{self.name}{for_seconds}"


class UnknownFault(Exception):
    """No fault of the installation has this name; the message is one sentence."""


def fault_name(kind: FaultKind, role: str) -> str:
    """Return the name of a fault, such as `kill-mongod`."""
    return kind.value if kind is FaultKind.RESTART else f"{kind}-{role}"


def possible_faults(roles: Sequence[str]) -> dict[str, tuple[FaultKind, str]]:
    """Return all faults that an installation with these roles may have, by name."""
    found = {fault_name(kind, role): (kind, role) for role in roles for kind in (FaultKind.KILL, FaultKind.FREEZE)}
    return {**found, FaultKind.RESTART.value: (FaultKind.RESTART, API)}


def schedule(
    roles: Sequence[str], *, seconds: float, every_seconds: float, seed: int, names: Sequence[str] = ()
) -> list[Fault]:
    """Return the faults of a soak that lasts so long: of these names, or all that are possible. Raises UnknownFault."""
    possible = possible_faults(roles)
    for name in names:
        if name not in possible:
            raise UnknownFault(f"There is no fault {name}; there are {', '.join(possible)}, and none.")
    chance = random.Random(seed)  # noqa: S311 - a plan that can be repeated, not a secret
    chosen, left, found = list(names or possible), list[str](), list[Fault]()
    second = every_seconds * FIRST_AFTER
    while second <= seconds - every_seconds * REST:
        left = left or chance.sample(chosen, len(chosen))
        kind, role = possible[left.pop()]
        frozen = chance.uniform(*FROZEN_SECONDS) if kind is FaultKind.FREEZE else 0.0
        found.append(Fault(second=second, kind=kind, role=role, frozen_seconds=frozen))
        second += every_seconds
    return found
