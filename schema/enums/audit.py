"""The enums of the audit."""

from app.domain.audit.entry import AuditKind, AuditTransport
from schema.enums.described import described

__all__ = ["AuditKind", "AuditTransport"]

described(
    AuditKind,
    name="AuditKind",
    description="What an entry of the audit records.",
    values={
        AuditKind.MUTATION: "A mutation that was executed: accepted, or refused by user errors.",
        AuditKind.REFUSAL: "A request or connection that was refused before anything was executed.",
        AuditKind.SIGN_IN: "A person or a key began a session of a browser.",
        AuditKind.SIGN_IN_FAILED: "A sign-in that failed.",
        AuditKind.SIGN_OUT: "A session that was ended by its owner.",
        AuditKind.RETENTION: "The server removed old days of the audit: see `removedThrough`.",
        AuditKind.LOSS: "The server lost entries while the database was away: `count` of them.",
    },
)

described(
    AuditTransport,
    name="AuditTransport",
    description="How a request came.",
    values={
        AuditTransport.HTTP: "A request over HTTP, event streams included, or a page of the server.",
        AuditTransport.WEBSOCKET: "An operation on a websocket, or its connection.",
    },
)
