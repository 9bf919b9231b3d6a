"""The audit: for admins who see everything."""

from functools import partial

from app.domain.failures import Forbidden
from app.services.audit.audit_log import AuditLog
from app.services.audit.filters import AuditFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, AuditWhere, First
from schema.context import Info
from schema.types.audit import AuditEntry, AuditPage
from schema.types.connection import Connection

DEFAULT_PAGES = 10


async def entries(
    info: Info, filter: AuditWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[AuditEntry]:
    """Return entries, the newest first. Raises Forbidden."""
    log = _log(info)
    where = filter.to_domain() if filter else AuditFilter()
    page = await log.entries(where, first=first, after=after)
    return Connection.of(page, AuditEntry.from_domain, counter=partial(log.count, where), after=after)


async def pages(info: Info, first: First = DEFAULT_PAGES, after: After = None) -> Connection[AuditPage]:
    """Return pages of the chain, the oldest first; fewer than asked for where they are large. Raises Forbidden."""
    log = _log(info)
    page = await log.pages(first=first, after=after)
    return Connection.of(page, AuditPage.from_domain, counter=log.count_pages, after=after)


def _log(info: Info) -> AuditLog:
    if info.context.principal.visibility.is_limited:
        raise Forbidden("The audit shows everything: it is not for principals who see some locations or categories.")
    return info.context.services.audit_log
