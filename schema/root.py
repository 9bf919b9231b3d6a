"""The schema: the root types with all that is declared of their fields, built once at import."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.services.paging import MAX_PAGE_SIZE
from schema.declarations.costs import declare_costs
from schema.declarations.limits import declare_limits
from schema.declarations.personal import declare_personal
from schema.declarations.scopes import declare_scopes
from schema.declarations.secrets import declare_secrets
from schema.errors.conversion import USER_ERRORS
from schema.root_types.mutation import Mutation
from schema.root_types.query import Query
from schema.root_types.subscription import Subscription
from schema.scalars import SCALARS
from schema.texts import read_texts_composed


def build_schema(*, is_sorted: bool = False) -> strawberry.Schema:
    """Return the schema. Only to be printed may it be sorted: sorting loses how Strawberry reads enums from inputs."""
    built = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=USER_ERRORS,
        config=StrawberryConfig(sort_schema=is_sorted, relay_max_results=MAX_PAGE_SIZE, scalar_map=SCALARS),
    )
    declare_limits(built)
    declare_secrets(built)
    read_texts_composed()
    declare_costs(built)
    declare_scopes(built)
    declare_personal(built)
    return built


schema = build_schema()
