"""Records requests in the audit: every mutation, and whatever else was refused for lack of rights or of budget.

Rule: a request only leaves what is at hand; its entry is made a moment later, by the recorder's task.
"""

import re
from collections.abc import Awaitable, Sequence
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from graphql import OperationType

from app.bootstrap import Application
from app.domain.access.principal import Principal
from app.domain.audit.entry import OK, AuditEntry, AuditKind, AuditTransport
from app.domain.time import Moment
from app.web.audit.recorded_variables import RecordedVariables
from app.web.edge.client_address import client_address
from app.web.graphql import Handled
from app.web.graphql.transport.documents.cache import ParsedDocument, PreparedOperation
from app.web.graphql.transport.request import GraphQLRequest, hash_of
from schema.context import Context, Done

REFUSALS = frozenset({"UNAUTHENTICATED", "FORBIDDEN", "THROTTLED", "COST_EXCEEDED"})  # of any operation

MAX_HASHED = 65_536  # characters of a text that is no document of ours, so that no client can keep us busy

_NAME = re.compile("[_A-Za-z][_0-9A-Za-z]{0,99}")
_MICROS = 1_000_000


class _Seen(NamedTuple):
    """What is known when the request is answered, and would not be a moment later."""

    principal: Principal | None
    done: Sequence[Done]
    address: str
    seconds: float


class Auditor:
    """Recorder of the transport, over the audit of the application that serves the request."""

    def __init__(self, schema: Any) -> None:  # noqa: ANN401 - a Strawberry schema
        self._variables = RecordedVariables(schema)

    def record(self, handled: Handled) -> Awaitable[None] | None:
        """Record a request, as Recorder says."""
        is_mutation = handled.is_mutation
        if not is_mutation and not any(_code(each) in REFUSALS for each in handled.errors):
            return None
        application: Application = handled.scope["state"]["application"]
        context = handled.context
        make = partial(
            self._entry,
            handled,
            _Seen(
                context.principal if isinstance(context, Context) else None,
                context.done if isinstance(context, Context) else (),
                client_address(handled.scope),
                perf_counter() - handled.began,
            ),
        )
        handled.context = None  # what it has loaded is not kept until the entry is made
        if is_mutation and handled.is_executed and application.audit.waits:
            return application.audit.written(make)
        application.audit.leave(make)
        return None

    def _entry(self, handled: Handled, seen: _Seen, at: Moment) -> AuditEntry:
        principal, done = seen.principal, seen.done
        request, document, operation = handled.request, handled.document, handled.operation
        codes = {_code(each): None for each in handled.errors} if handled.errors else {}
        for each in done:
            codes.update(dict.fromkeys(each.codes))
        is_mutation = handled.is_executed and operation is not None and operation.type is OperationType.MUTATION
        return AuditEntry(
            at=at,
            kind=AuditKind.MUTATION if is_mutation else AuditKind.REFUSAL,
            principal=None if principal is None else principal.actor,
            acting_user=None if principal is None else principal.acting_user,
            address=seen.address,
            transport=AuditTransport.HTTP if handled.scope["type"] == "http" else AuditTransport.WEBSOCKET,
            operation=_name(handled),
            fields=() if operation is None else operation.fields,
            document=None if request is None else _document(request, document),
            variables=None
            if operation is None or request is None
            else self._variables.of(operation, request.variables, is_valid=handled.is_executed),
            codes=tuple(codes) or (OK,),
            operations=tuple(each.operation_id for each in done if each.operation_id is not None),
            cost=_cost(handled, operation),
            request_id=handled.request_id,
            duration_micros=int(seen.seconds * _MICROS),
        )


def _code(error: dict[str, Any]) -> str:
    code: str = error["extensions"]["code"]
    return code


def _document(request: GraphQLRequest, document: ParsedDocument | None) -> str | None:
    if document is not None:
        return document.sha256
    is_short = 0 < len(request.query) <= MAX_HASHED
    return request.document_hash or (hash_of(request.query) if is_short else None)


def _name(handled: Handled) -> str | None:
    if handled.operation is not None:
        return handled.operation_name
    sent = None if handled.request is None else handled.request.operation_name
    return sent if sent is not None and _NAME.fullmatch(sent) else None


def _cost(handled: Handled, operation: PreparedOperation | None) -> int | None:
    """Return what the operation could cost, as far as that can be known."""
    if operation is None or handled.request is None:
        return None
    return operation.unchecked_cost(handled.request.variables)
