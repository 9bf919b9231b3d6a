"""Entries of the audit for what is no GraphQL operation: connections, pages, and signing in and out."""

from starlette.requests import HTTPConnection

from app.domain.audit.entry import AuditEntry, AuditKind, AuditTransport
from app.web.edge.client_address import client_address
from app.web.graphql.transport.request_id import HEADER, request_id_from


def connection_entry(
    connection: HTTPConnection, kind: AuditKind, *, code: str, principal: str | None = None
) -> AuditEntry:
    """Return the entry of a request or websocket. It has the caller's request id, if it has sent one."""
    headers = connection.scope["headers"]
    has_id = any(name == HEADER for name, _ in headers)
    return AuditEntry(
        kind=kind,
        principal=principal,
        address=client_address(connection.scope),
        transport=AuditTransport.HTTP if connection.scope["type"] == "http" else AuditTransport.WEBSOCKET,
        codes=(code,),
        request_id=request_id_from(headers) if has_id else None,
    )
