"""Points in time, the only scalar of our own."""

from datetime import UTC, datetime

import strawberry
from graphql import GraphQLError


def _parsed(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise GraphQLError("A time is written as in ISO 8601, with its offset: 2026-11-23T09:30:00Z.")
    return moment.astimezone(UTC)


def _serialized(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


DateTime = strawberry.scalar(
    name="DateTime",
    description="A point in time as in ISO 8601 with its offset, for example `2026-11-23T09:30:00.123456Z`.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=_serialized,
    parse_value=_parsed,
)
