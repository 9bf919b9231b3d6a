"""The port to what a soak harms: an installation whose parts it may kill, freeze and start again, by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class NotMended(Exception):
    """A part has not come back; the message is one sentence."""


class NotCompared(Exception):
    """`stockpulse reconcile` could not compare; the message says why."""


class SoakInstallation(Protocol):
    """Databases and servers that are the soak's own.

    What harms, finds, mends and compares may take seconds, and is called in a thread: no event loop waits for it.
    """

    @property
    def urls(self) -> Sequence[str]:
        """Return the GraphQL endpoints that clients use."""

    @property
    def key(self) -> str | None:
        """Return a key with all rights."""

    @property
    def servers(self) -> Mapping[str, str]:
        """Return where each API process is asked whether it is ready, by its name."""

    @property
    def roles(self) -> Sequence[str]:
        """Return what may be harmed, such as `mongod`, or `primary` for the member that is it at that time."""

    def pids(self) -> Mapping[str, int]:
        """Return the process of each part that runs."""

    def logs(self) -> Sequence[Path]:
        """Return the logs of the API processes."""

    def find(self, role: str) -> str:
        """Return the name of the part that has a role now. Raises NotMended where none has it."""

    def kill(self, name: str) -> None:
        """End a part as `kill -9` does. It is started again by itself, or by `mend`."""

    def freeze(self, name: str) -> None:
        """Let a part stand still with its connections open, until `mend`."""

    def taken_over_after(self) -> float | None:
        """Return how many seconds after the last harm another part had the role; None where none takes it over."""

    def restart(self, name: str) -> None:
        """Stop a part as an operator does, and start it again. Raises NotMended."""

    def mend(self, name: str) -> None:
        """Return once a part that was harmed does its work again. Raises NotMended."""

    def reconcile(self, sku: str | None) -> list[str]:
        """Return the differences that `stockpulse reconcile` finds, of an item or everything. Raises NotCompared."""
