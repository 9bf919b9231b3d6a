"""What makes a process worse though it serves: reported by readiness, so that an operator looks before clients do.

Rule: none of it makes a process unready. Each concerns all processes alike, or is over before a load balancer would
notice.
"""

from collections.abc import Iterator

from app.bootstrap.foundation import Foundation
from app.bootstrap.observation.backlog import ObservedBacklog
from app.bootstrap.observation.members import members
from app.services.audit.recorder import MAX_WAITING, AuditRecorder

QUEUE_SHARE = 0.5  # of the places of the writer's queue: at all of them mutations are OVERLOADED
AUDIT_SHARE = 0.5  # beyond all of it entries are lost
DELIVERY_SECONDS = 600.0  # a receiver that restarts is back before that


def strains(base: Foundation, *, audit: AuditRecorder, backlog: ObservedBacklog) -> Iterator[tuple[str, str]]:
    """Yield the name of each part that is under strain, with what is the matter."""
    queue = base.writer.queue
    if queue.lines > QUEUE_SHARE * queue.lines_max:
        yield "write queue", f"{queue.lines:,} of {queue.lines_max:,} lines wait."
    if audit.waiting > AUDIT_SHARE * MAX_WAITING:
        yield "audit backlog", f"{audit.waiting:,} entries are not written yet."
    if (seconds := backlog.oldest_delivery_seconds) > DELIVERY_SECONDS:
        yield "webhook deliveries", f"The oldest that waits is {seconds / 60:.0f} minutes old."
    found = members(base.client.topology_description)
    if found["primary"] and found["away"]:
        yield "mongo members", f"{found['away']} of {sum(found.values())} do not answer."
