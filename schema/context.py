"""The context of an operation: made anew for each, so that nothing loaded outlives it."""

from asyncio import Semaphore
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, cast

import strawberry

from app.domain.access.principal import Principal
from app.domain.access.scope import Scope
from app.domain.excerpt import Extent
from app.domain.outcome import Present
from app.services.use_cases import Services
from schema.loading.loaders import NOTHING_KNOWN, Loaders

MAX_READS_AT_ONCE = 8  # of one request, where a read is made for each parent of a list


class Done(NamedTuple):
    """What became of one mutation field: the codes of its user errors, and the operation that it recorded."""

    codes: tuple[str, ...]
    operation_id: str | None


class Caller(Protocol):
    """The connection that an operation came by, asked by the few fields that need it."""

    @property
    def address(self) -> str:
        """The address of the client."""

    @property
    def session_token(self) -> str | None:
        """The token of the session that authenticates it, None where a key or a token does."""


class _NoCaller:
    """An operation that came by no connection."""

    address = "unknown"
    session_token = None


NO_CALLER: Final = _NoCaller()


class Personal(Exception):
    """Something that is executed for several principals at once has asked for one of them.

    Its field has to be declared: see `schema/declarations/personal.py`.
    """


class _Any:
    """Stands for every principal, or every connection, of a shared execution. Raises Personal for whatever is asked."""

    def __getattr__(self, name: str) -> object:
        raise Personal(name)


ANY_PRINCIPAL: Final = cast(Principal, _Any())
ANY_CALLER: Final = cast(Caller, _Any())


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation's surroundings."""

    services: Services
    request_id: str
    principal: Principal
    caller: Caller = NO_CALLER
    loaders: Loaders = field(init=False)
    # What has to ask once per parent takes so many of the process's connections at a time, and leaves others theirs.
    reads: Semaphore = field(init=False, default_factory=lambda: Semaphore(MAX_READS_AT_ONCE))

    # What its fields ask for of documents, by type and place in the query: see `schema/selections/excerpts.py`.
    extents: dict[tuple[object, ...], Extent] = field(init=False, default_factory=dict)

    # What its fields ask for of the entries of lists, where rows are enough: see `schema/selections/rows.py`.
    rows: Mapping[int, Any] = field(init=False, default_factory=dict)

    done: tuple[Done, ...] = field(init=False, default=())  # of the mutation fields, in their order

    def __post_init__(self) -> None:
        self.refresh()

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the principal may do; the transport compares it with what an operation needs."""
        return self.principal.scopes

    @property
    def documents_only(self) -> bool:
        """Whether the principal may run trusted documents only."""
        return self.principal.documents_only

    @property
    def actor(self) -> str:
        """Who sent the operation, by the name that records and logs have."""
        return self.principal.actor

    def sharing(self, *, is_personal: bool) -> Hashable | None:
        """Return what results depend on besides the request; None where that is the principal itself.

        `is_personal` where a field is selected that shows a principal its own, whatever else it sees.
        """
        return None if is_personal and self.services.references.are_limited else id(self.services)

    def shared(self) -> "Context":
        """Return a fresh context of all who see as much: nothing in it may depend on one principal."""
        return Context(services=self.services, request_id="", principal=ANY_PRINCIPAL, caller=ANY_CALLER)

    def refresh(self, known: Present = NOTHING_KNOWN) -> None:
        """Forget what was loaded: what comes after a change, or in a subscription's next result, must not show it.

        Remember what is known of the change, which needs no read.
        """
        actor = None if self.principal is ANY_PRINCIPAL else self.principal.actor
        self.loaders = Loaders(self.services, known, actor=actor)


Info = strawberry.Info[Context, None]
