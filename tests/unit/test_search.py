"""What finds an item: the entries of the index, the whole words, and what a filter makes of what was typed."""

import random
from itertools import combinations
from typing import Any

import pytest

from app.domain.catalog import Item
from app.domain.failures import BadArgument
from app.domain.search import Sought, entry_of_beginning, search_words
from app.domain.time import Moment
from app.services.filters import ItemFilter, LevelFilter

LETTERS = "abA1-# ßéЖ茶."


def an_item(sku: str = "AB-1", name: str = "Thing", **facts: Any) -> Item:  # noqa: ANN401 - passed on
    """Return an item."""
    return Item(sku=sku, name=name, **facts, created_at=Moment(1), updated_at=Moment(1))


def test_the_words_of_an_item_are_those_of_its_sku_and_name_whole_and_in_parts() -> None:
    """All casefolded, in order, each once."""
    item = an_item("AB-1", "Große Löffel, Löffel 5-tlg.")
    assert item.words == ("1", "5", "5-tlg", "ab", "ab-1", "grosse", "löffel", "tlg")


def test_the_index_holds_beginnings_of_words_and_facts() -> None:
    """Of 3, 5, 8 and 12 characters; shorter words, and the first characters of the SKU; facts with a capital first."""
    item = an_item(
        "AB-1", "Weihnachtsschmuck 5 Teile", category="Deko", tags=("new", "Rot"), barcodes=("4006381333931",)
    )
    assert item.entries == tuple(
        sorted(
            {
                *("a", "ab", "ab-", "1"),
                *("wei", "weihn", "weihnach", "weihnachtssc"),
                *("tei", "teile", "5"),
                *("CATEGORY:Deko", "TAG:new", "TAG:Rot", "BARCODE:4006381333931", "OPEN"),
            }
        )
    )


def test_an_archived_item_has_the_entry_of_archived_ones() -> None:
    """And not that of the others."""
    entries = an_item(is_archived=True).entries
    assert ("ARCHIVED" in entries, "OPEN" in entries) == (True, False)


@pytest.mark.parametrize("sku", ["TSHIRT-RED-M", "A B", "x_y.z", "茶-1", "4006381333931", "#TAG:new"])
def test_typing_a_sku_finds_its_item_from_the_first_character_on(sku: str) -> None:
    """Whatever the SKU holds."""
    item = an_item(sku, "Name")
    for length in range(1, len(sku) + 1):
        assert ItemFilter(words=search_words(sku[:length])).finds(item)


@pytest.mark.parametrize("typed", ["wei", "weih", "WEIHNACHTSS", "weihnachtsschm", "weihnachtsschmuck", "ab-1 teil 5"])
def test_a_word_is_found_by_any_beginning_of_three_characters_or_more(typed: str) -> None:
    """In upper or lower case; all words must be found."""
    item = an_item("AB-1", "Weihnachtsschmuck 5 Teile")
    assert ItemFilter(words=search_words(typed)).finds(item)


@pytest.mark.parametrize(
    "typed", ["we", "weix", "weihnachtschmuck", "weihnachtsschmuckx", "teilx", "b-1", "ab-12", "teile none", "schmuck"]
)
def test_what_begins_no_word_finds_nothing(typed: str) -> None:
    """Neither what differs only behind an entry of the index, nor one or two characters, nor the end of a word."""
    item = an_item("AB-1", "Weihnachtsschmuck 5 Teile")
    assert not ItemFilter(words=search_words(typed)).finds(item)


@pytest.mark.parametrize("typed", ["OPEN", "TAG:new", "tag:new", "#TAG:new", "CATEGORY:Deko", "open", "ARCHIVED"])
def test_nobody_can_type_a_fact(typed: str) -> None:
    """Words are casefolded, and the entries of facts are not."""
    item = an_item("X", "Y", category="Deko", tags=("new",))
    assert not ItemFilter(words=search_words(typed)).finds(item)


def test_no_sku_and_no_name_makes_the_entry_of_a_fact() -> None:
    """Even one that looks like it."""
    item = an_item("TAG:new", "CATEGORY:Deko BARCODE:1 ARCHIVED")
    for where in (
        ItemFilter(tags=("new",)),
        ItemFilter(category="Deko"),
        ItemFilter(barcode="1"),
        ItemFilter(is_archived=True),
    ):
        assert not where.finds(item)


def test_a_filter_finds_exactly_what_it_says() -> None:
    """Each fact alone and with any other, against the facts themselves."""
    item = an_item("AB-1", category="Tea", tags=("new", "sale"), barcodes=("1", "2"))
    right: dict[str, Any] = {
        "sku_prefix": "AB",
        "barcode": "2",
        "category": "Tea",
        "tags": ("sale",),
        "is_archived": False,
    }
    wrong: dict[str, Any] = {
        "sku_prefix": "ab",
        "barcode": "12",
        "category": "tea",
        "tags": ("sale", "New"),
        "is_archived": True,
    }
    for names in combinations(right, 2):
        assert ItemFilter(**{name: right[name] for name in names}).finds(item)
        assert not ItemFilter(**{names[0]: right[names[0]], names[1]: wrong[names[1]]}).finds(item)
        assert not ItemFilter(**{names[0]: wrong[names[0]], names[1]: right[names[1]]}).finds(item)


@pytest.mark.parametrize(
    "facts", [{"barcode": ""}, {"category": ""}, {"tags": ("",)}, {"sku_prefix": " "}, {"category": "x" * 100_000}]
)
def test_a_value_that_no_item_has_finds_nothing(facts: dict[str, Any]) -> None:
    """Blank or overlong, it is no fault."""
    assert not ItemFilter(**facts).finds(an_item(category=None))


def test_nothing_given_narrows_nothing() -> None:
    """No words, no tags, and the beginning of every SKU."""
    assert ItemFilter(words=(), tags=(), sku_prefix="").finds(an_item())
    assert not ItemFilter().sought


def test_more_words_or_tags_than_anybody_needs_are_refused() -> None:
    """The limits themselves are allowed."""
    for filters in (ItemFilter, LevelFilter):
        filters(words=tuple(map(str, range(50))), tags=tuple(map(str, range(20))))
        with pytest.raises(BadArgument, match=r"^A search may have at most 50 words, not 51\.$"):
            filters(words=tuple(map(str, range(51))))
        with pytest.raises(BadArgument, match=r"^`tags` may hold at most 20 tags, not 21\.$"):
            filters(tags=tuple(map(str, range(21))))


def test_what_is_sought_is_the_same_in_any_order() -> None:
    """So that subscribers to the same share what is remembered of it."""
    one = ItemFilter(words=("jasmin", "tea"), tags=("new", "sale")).sought
    other = ItemFilter(words=("tea", "jasmin"), tags=("sale", "new")).sought
    assert one == other == Sought(("TAG:new", "TAG:sale", "jasmi", "tea"), ("jasmin",))


def test_the_beginning_of_a_sku_has_an_entry_that_all_its_items_have() -> None:
    """At random, with punctuation, blanks and letters that casefold to several."""
    chance = random.Random(7)  # noqa: S311 - the same SKUs each time
    found = 0
    for _ in range(3_000):
        sku = "".join(chance.choices(LETTERS, k=chance.randint(1, 16))).strip() or "x"
        entry = entry_of_beginning(sku[: chance.randint(0, len(sku))])
        assert entry is None or entry in an_item(sku).entries
        found += entry is not None
    assert found > 2_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ,;- ", ()),
        ("Tea tea TEA", ("tea",)),
        ("Earl-Grey (100 g)", ("earl-grey", "100", "g")),
        ("straße STRASSE", ("strasse",)),
    ],
)
def test_a_search_is_its_words(text: str, expected: tuple[str, ...]) -> None:
    """In order, each once, casefolded, without the punctuation around them."""
    assert search_words(text) == expected
