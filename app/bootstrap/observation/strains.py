"""What makes a process worse though it serves: reported by readiness, so that an operator looks before clients do.

Rule: none of it makes a process unready. Each concerns all processes alike, or is over before a load balancer would
notice.
"""

from collections.abc import Iterator, Mapping

from app.bootstrap.observation.backlog import ObservedBacklog
from app.services.audit.recorder import MAX_WAITING, AuditRecorder
from app.store.writer.waiting_commands import WaitingCommands

QUEUE_SHARE = 0.5  # of the places of the writer's queue: at all of them mutations are OVERLOADED
AUDIT_SHARE = 0.5  # beyond all of it entries are lost
DELIVERY_SECONDS = 600.0  # a receiver that restarts is back before that


def strains(
    queue: WaitingCommands, *, audit: AuditRecorder, backlog: ObservedBacklog, members: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield the name of each part that is under strain, with what is the matter. `members` are those by state."""
    if queue.lines > QUEUE_SHARE * queue.lines_max:
        yield "write queue", f"{queue.lines:,} of {queue.lines_max:,} lines wait."
    if audit.waiting > AUDIT_SHARE * MAX_WAITING:
        yield "audit backlog", f"{audit.waiting:,} entries are not written yet."
    if (seconds := backlog.oldest_delivery_seconds) > DELIVERY_SECONDS:
        yield "webhook deliveries", f"The oldest that waits is {seconds / 60:.0f} minutes old."
    if members["primary"] and members["away"]:
        yield "mongo members", f"{members['away']} of {sum(members.values())} do not answer."
