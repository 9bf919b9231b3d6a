"""The port through which the processes agree on who does what only one of them should do.

Rule: whoever holds a lease holds it until it runs out by the database's clock, and nobody else takes it before. A
holder that dies is replaced after that time; one that was only slow learns from the term that it was replaced.
"""

from typing import Protocol

LEASE_SECONDS = 15  # how long a dead holder is waited for
RENEW_SECONDS = 5  # two renewals may fail before the lease is lost


class Lease(Protocol):
    """Leases of one process, by name. Both methods raise Unavailable."""

    async def hold(self, name: str) -> int | None:
        """Take the lease, or hold it for `LEASE_SECONDS` from now on.

        Return its term, which is 1 at first and grows each time that another holder takes it; None while another has
        it.
        """

    async def release(self, name: str) -> None:
        """Give the lease back if this process has it, so that another may take it at once."""
