"""Documents: parsed once, kept within bounds, refused beyond the limits before anything expensive sees them."""

import pytest
from graphql import parse

from app.web.graphql import Limits
from app.web.graphql.transport.documents.cache import DocumentCache, Rejected
from app.web.graphql.transport.documents.complexity import excesses
from tests.web.toy import schema


def query(number: int) -> str:
    """Return one of many documents of equal length."""
    return f'{{ hello(name: "{number:04}") }}'


def test_a_document_is_prepared_once() -> None:
    """The same text gives the same prepared document."""
    documents = DocumentCache(schema, Limits())
    assert documents.get(query(1)) is documents.get(query(1))


def test_the_least_recently_used_document_goes_first() -> None:
    """Beyond the number that fits."""
    documents = DocumentCache(schema, Limits(max_cached_documents=2))
    first, second = documents.get(query(1)), documents.get(query(2))
    assert documents.get(query(1)) is first
    documents.get(query(3))
    assert len(documents) == 2
    assert documents.get(query(1)) is first
    assert documents.get(query(2)) is not second


def test_the_cache_is_bounded_by_characters_too() -> None:
    """A few huge documents count like many small ones, and the newest is kept whatever its size."""
    documents = DocumentCache(schema, Limits(max_cached_characters=3 * len(query(0))))
    for number in range(10):
        documents.get(query(number))
    assert len(documents) == 3
    documents.get(query(0) + " " * 1_000)
    assert len(documents) == 1
    documents.get(query(1))
    assert len(documents) == 1
    documents.get(query(2))
    assert len(documents) == 2


def test_an_invalid_document_is_not_kept() -> None:
    """A client cannot fill the cache with garbled documents."""
    documents = DocumentCache(schema, Limits())
    for text in ("{ hello", "{ nothing }", "fragment F on Query { hello }"):
        with pytest.raises(Rejected):
            documents.get(text)
    assert len(documents) == 0


SMALL = Limits(
    max_document_characters=600,
    max_tokens=60,
    max_depth=3,
    max_fields=6,
    max_aliases=2,
    max_root_fields=4,
    max_directives=2,
)

BEYOND = {
    "characters": ("{ hello } #" + "a" * 600, "has 611 characters; at most 600"),
    "tokens": ("{ " + "hello " * 60 + "}", "tokens"),
    "depth": ("{ a { b { c { d } } } }", "limit of 3 levels deep"),
    "depth through fragments": (
        "{ a { ...A } } fragment A on X { b { ... { ...B } } } fragment B on X { c { d } }",
        "limit of 3 levels deep",
    ),
    "fields": ("{ a { b c d } e { f g } }", "limit of 6 fields"),
    "fields of fragments of fragments": (
        "{ a { ...A ...A } } fragment A on X { ...B ...B } fragment B on X { b c }",
        "limit of 6 fields",
    ),
    "aliases": ("{ a: x b: x c: x }", "limit of 2 aliases"),
    "root fields": ("{ a b c ...F } fragment F on Query { d e }", "limit of 4 root fields"),
    "directives": ("query @a @a @a { x }", "limit of 2 directives"),
    "directives anywhere": ("query($v: X @a) { ... @b { x } ...F @c } fragment F on X { y }", "limit of 2 directives"),
}


@pytest.mark.parametrize(("text", "message"), BEYOND.values(), ids=BEYOND)
def test_a_document_beyond_a_limit_is_refused(text: str, message: str) -> None:
    """The message names the limit; validation, which would report more, is not reached."""
    with pytest.raises(Rejected) as caught:
        DocumentCache(schema, SMALL).get(text)
    [error] = caught.value.errors
    assert message in error.message


@pytest.mark.parametrize("text", ["{ a { b { c } } }", "{ a: x b: x c d }", "query @a { x @b }"])
def test_a_document_at_a_limit_is_within_it(text: str) -> None:
    """The maximum itself is allowed."""
    assert excesses(parse(text), SMALL) == []


def test_fragments_that_multiply_are_measured_without_walking_them() -> None:
    """Two to the power of sixty fields are counted, at once."""
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    [error] = excesses(parse(f"{{ ...F0 }} {fragments} fragment F60 on Query {{ hello }}"), Limits())[:1]
    assert "limit of 2000 fields" in error.message


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...Nothing }",
    ],
)
def test_fragments_that_lead_nowhere_are_left_to_validation(text: str) -> None:
    """Cycles and unknown names end in a validation error, not in a recursion."""
    with pytest.raises(Rejected, match=r"[Ff]ragment"):
        DocumentCache(schema, Limits()).get(text)


def test_a_long_chain_of_fragments_is_refused_and_not_a_crash() -> None:
    """As long as the tokens allow."""
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(480))
    with pytest.raises(Rejected):
        DocumentCache(schema, Limits()).get(f"{{ ...F0 }} {chain} fragment F480 on Query {{ nothing }}")


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    """Selections, lists and objects, as deep as the tokens allow."""
    documents = DocumentCache(schema, Limits(max_tokens=100_000))
    for text in ("{ a " * 20_000, "{ hello(name: " + "[" * 20_000, "{ a(b: " + "{c: " * 20_000, "{ ... " * 20_000):
        with pytest.raises(Rejected):
            documents.get(text)


@pytest.mark.parametrize(
    "text",
    [
        "{ hello " + "hello " * 20 + "}",
        "{ hello ...F ...G } fragment F on Query { " + "hello " * 10 + "} fragment G on Query { ...F }",
        "{ ... { hello " + "hello " * 20 + "} }",
    ],
)
def test_a_name_stands_in_a_selection_only_so_often(text: str) -> None:
    """Validation compares each with each, fragments merged: the work is quadratic in what repeats."""
    assert excesses(parse(text), Limits(max_repeats=20)) == []
    [error] = excesses(parse(text), Limits(max_repeats=19))
    assert error.message == "The operation exceeds the limit of 19 fields that stand in their selection already."
