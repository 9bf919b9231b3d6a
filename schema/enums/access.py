"""The enums of principals."""

from app.domain.access.principal import PrincipalKind
from app.domain.access.scope import Scope
from schema.enums.described import described

__all__ = ["PrincipalKind", "Scope"]

described(
    PrincipalKind,
    name="PrincipalKind",
    description="The kind of a principal.",
    values={
        PrincipalKind.KEY: "A program with an API key.",
        PrincipalKind.PERSON: "A person who signed in.",
        PrincipalKind.TRUSTED: "Any client of a server without authentication.",
    },
)

_AREAS = {
    "catalog": "items and locations",
    "stock": "levels, movements and transfers",
    "orders": "reservations and sales",
    "purchasing": "suppliers, purchase orders and replenishment",
    "counting": "counts, and what is due for one",
    "insights": "figures, advice and alerts",
    "webhooks": "webhooks and their deliveries",
}
_CHANGES = {
    "catalog": "creating, changing and archiving them",
    "stock": "adjusting and setting stock, and moving it between locations",
    "orders": "selling, reserving and shipping",
    "purchasing": "ordering, receiving, and setting what is ordered automatically",
    "counting": "opening, recording and posting them",
    "insights": "acknowledging and snoozing alerts",
    "webhooks": "changing them and delivering again",
}


def _description(scope: Scope) -> str:
    area, _, access = scope.value.partition(":")
    if scope is Scope.ADMIN:
        return "`admin`: everything, and deciding who may do what."
    changes = f", and {_CHANGES[area]}" if access == "write" else ""
    return f"`{scope.value}`: reading {_AREAS[area]}{changes}."


described(
    Scope,
    name="AccessScope",
    description="A permission for one area. Writing includes reading, and ADMIN includes everything.",
    values={scope: _description(scope) for scope in Scope},
)
