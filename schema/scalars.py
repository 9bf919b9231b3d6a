"""The scalars of our own: points in time, days, and numbers beyond what GraphQL's Int and Float hold.

Amounts of money are strings, which no reader of JSON rounds. Sums of units are plain JSON numbers, as an Int is:
JavaScript reads them exactly up to 2^53, which takes four million levels that are as full as a level can be.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError

from schema.core import DecimalDefinition, ScalarDefinition

DocumentText = NewType("DocumentText", str)  # read as it was sent: a hash stands for each character of it
BigInt = NewType("BigInt", int)  # the units of many levels add up to more than an Int may hold


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


def _parsed_date(value: object) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:  # Python reads weeks, and dates without hyphens, too
        raise GraphQLError("A date is written as in ISO 8601: 2026-11-23.")
    return found


Date = strawberry.scalar(
    name="Date",
    description="A day as in ISO 8601, for example `2026-11-23`.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=date.isoformat,
    parse_value=_parsed_date,
)


def _parsed_decimal(value: object) -> object:
    if isinstance(value, str) and not (value.isascii() and value.isprintable() and not {" ", "_"} & {*value}):
        raise GraphQLError("A decimal number is written in digits, without blanks and separators: 1234.50.")
    assert DecimalDefinition.parse_value is not None
    return DecimalDefinition.parse_value(value)


_DECIMAL = replace(
    DecimalDefinition,
    parse_value=_parsed_decimal,
    description="An exact decimal number: a string such as `1234.50` in responses; a string or a number in requests.",
)

_BIG_INT = strawberry.scalar(
    name="BigInt",
    description="A whole number that may be larger than an Int, written as a JSON number with all its digits. Readers "
    "that take JSON numbers for doubles, as JavaScript does, round it beyond ±9,007,199,254,740,991.",
    serialize=int,
)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("A document is a string.")
    return value


_DOCUMENT_TEXT = strawberry.scalar(
    name="DocumentText",
    description="The text of a GraphQL document, character for character: it is not normalised, as other texts are.",
    parse_value=_text,
)

SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: DateTime,
    date: Date,
    Decimal: _DECIMAL,
    BigInt: _BIG_INT,
    DocumentText: _DOCUMENT_TEXT,
}
