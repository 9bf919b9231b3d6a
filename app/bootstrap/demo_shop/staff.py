"""The people of the demo shop. None of them has a password: they are there to be looked at, and cannot sign in."""

from decimal import Decimal

from app.bootstrap.demo_shop.base_shop import demo_request
from app.services.access.administration.grants import GrantChange
from app.services.use_cases import Services

_STAFF = (
    ("amara.obi", "Amara Obi", GrantChange(roles=frozenset({"clerk"}), locations=frozenset({"BRIGHTON"}))),
    ("jack.holroyd", "Jack Holroyd", GrantChange(roles=frozenset({"clerk"}), locations=frozenset({"LEEDS"}))),
    (
        "priya.raman",
        "Priya Raman",
        GrantChange(roles=frozenset({"clerk", "counter"}), locations=frozenset({"BRISTOL", "LEEDS"})),
    ),
    ("nora.lindqvist", "Nora Lindqvist", GrantChange(roles=frozenset({"buyer"}), approval_limit=Decimal(2_500))),
    ("sofia.nowak", "Sofia Nowak", GrantChange(roles=frozenset({"manager"}))),
    ("hanna.fischer", "Hanna Fischer", GrantChange(roles=frozenset({"viewer"}))),
)


async def hire(services: Services) -> None:
    """Make a user of each, once. Raises Refused and Unavailable."""
    for name, display_name, grant in _STAFF:
        await services.users.create(
            name, display_name=display_name, password=None, grant=grant, request=demo_request(f"demo:user:{name}")
        )
