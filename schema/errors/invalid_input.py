"""Errors of a request that is wrong whatever the state: values, quantities and lines."""

import strawberry

from schema.deprecations import former_name
from schema.errors.base import UserError


@strawberry.type(description="A value violates its rule.")
class InvalidValueError(UserError):
    what: str = strawberry.field(description="The value that violates it, in words.")
    rule: str = strawberry.field(description="The rule.")


@strawberry.type(description="A quantity is out of range, or zero where it must not be.")
class QuantityOutOfRangeError(UserError):
    minimum: int = strawberry.field(description="The least that is allowed, in units.")
    maximum: int = strawberry.field(description="The most that is allowed, in units.")


@strawberry.type(description="Two lines name the same level.")
class DuplicateLineError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the lines name none.")
    first_line: int = strawberry.field(
        description="The line that already names the level, counted from 0 as in `field`; the message counts from 1."
    )


@strawberry.type(description="There are no lines, or more than one operation may have.")
class TooManyLinesError(UserError):
    count: int = strawberry.field(description="The lines of the request.")
    maximum: int = strawberry.field(description="The most that is allowed.")


@strawberry.type(description="More errors were found than are returned for one request. It is the last of them.")
class TooManyErrorsError(UserError):
    count: int = strawberry.field(description="How many more there are; at least so many, where `isComplete` is false.")
    is_complete: bool = strawberry.field(
        description="Whether the whole request was validated, so that `count` is exact."
    )
    is_all: bool = former_name("is_complete", bool, now="isComplete")
