"""What finds an item: the entries of the index, the whole words, and what a filter makes of what was typed."""

# ruff: noqa: RUF001 - the letters that look like others are meant

import random
from itertools import combinations
from typing import Any

import pytest

from app.domain.catalog.catalog import Item
from app.domain.catalog.search import SearchTerms, entry_of_beginning, search_words
from app.domain.failures import BadArgument
from app.domain.limits import MAX_SEARCH_ENTRIES
from app.domain.time import Moment
from app.services.filters import ItemFilter, LevelFilter

LETTERS = "abA1-# ßéЖ茶."


def an_item(sku: str = "AB-1", name: str = "Thing", **facts: Any) -> Item:  # noqa: ANN401 - passed on
    """Return an item."""
    return Item(sku=sku, name=name, **facts, created_at=Moment(1), updated_at=Moment(1))


def test_the_words_of_an_item_are_those_of_its_sku_and_name_from_each_part_on() -> None:
    """Folded, in order, each once; those of three characters or less are in the index whole."""
    item = an_item("NOR.0707-60", "Große Löffel, Löffel 5-tlg.")
    assert item.words == ("070760", "5tlg", "grosse", "loffel", "nor070760")


def test_the_index_holds_beginnings_of_words_and_facts() -> None:
    """Of 3, 5, 8 and 12 characters; shorter words, and the first characters of the SKU; facts with a capital first.

    Of a long barcode 8 and 12, so that the number of a country finds nothing.
    """
    item = an_item(
        "AB-1", "Weihnachtsschmuck 5 Teile", category="Deko", tags=("new", "Rot"), barcodes=("4006381333931",)
    )
    assert item.entries == tuple(
        sorted(
            {
                *("a", "ab", "ab1", "1"),
                *("wei", "weihn", "weihnach", "weihnachtssc"),
                *("tei", "teile", "5"),
                *("40063813", "400638133393"),
                *("CATEGORY:deko", "TAG:new", "TAG:rot", "BARCODE:04006381333931", "OPEN"),
            }
        )
    )


@pytest.mark.complaint("T3")
@pytest.mark.complaint("T4")
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Crème brûlée", ("creme", "CRÈME", "cre\u0300me", "brulee")),
        ("Cre\u0300me", ("crème", "creme")),
        ("İSTANBUL ısı", ("istanbul", "İstanbul", "ISTANBUL", "ısı", "isi")),
        ("Smørrebrød Łódź Đà Nẵng", ("smorrebrod", "lodz", "da nang")),
        ("Straße ﬁsh ßœuf", ("STRASSE", "strasse", "fish", "ssoeuf")),
        ("ｶﾞﾗｽ瓶", ("ガラス", "ガラ", "瓶")),
        ("ガラス", ("ｶﾞﾗｽ",)),
        ("Ｆｕｌｌ ｗｉｄｔｈ １２３", ("full width", "123")),
        ("٤٥٦ كِتاب", ("456", "كتاب")),
        ("Jasmin’s O`Neill ʼt Huys", ("jasmin's", "jasmins", "jasminʼs", "oneill", "o'neill", "neill", "huys", "`t")),
        ("250\u00a0g Zucker\u200bwatte co\u00adop", ("250 g", "zucker", "coop")),
        ("ёлка Йод", ("елка", "иод", "ЁЛКА")),
        ("άλφα ΟΔΟΣ", ("αλφα", "οδος", "ΆΛΦΑ")),
        ("हिन्दी चाय", ("हिन्दी", "हिन्", "हिंदी", "चाय")),
        ("हिंदी फ़ोन चाँद", ("हिन्दी", "फोन", "चांद", "चान्द")),
        ("గంట ಗಂಟೆ", ("గణ్ట", "ಗಣ್ಟೆ")),
        ("ノート のり", ("のーと", "ﾉｰﾄ", "ノリ")),
        ("مدرسة ٱلهدى", ("مدرسه", "الهدي")),
        ("ہاتھ چائے", ("هاته", "چائی")),
        ("שָׁלוֹם", ("שלום",)),
    ],
)  # fmt: skip
def test_what_people_leave_out_or_write_otherwise_is_found(name: str, typed: tuple[str, ...]) -> None:
    """Accents, points, width, case, apostrophes, digits of other scripts, composed and decomposed."""
    for text in typed:
        assert ItemFilter(words=search_words(text)).matches_item(an_item("X", name)), text


def test_marks_that_make_another_letter_count() -> None:
    """Those of kana, and vowels."""
    for name, typed in (("ガラス", "カラ"), ("กาแฟ", "กีแฟ"), ("हिन्दी", "हन्द")):
        assert not ItemFilter(words=search_words(typed)).matches_item(an_item("X", name))


@pytest.mark.complaint("T5")
@pytest.mark.parametrize(
    ("sku", "typed"),
    [
        (
            "NOR.0707-60",
            ("NOR.0707-60", "NOR.0707", "0707", "NOR 0707 60", "0707-60", "nor0707", "070760", "nor07", "60"),
        ),
        ("NOR 0707_60", ("nor0707-60", "0707/60", "nor 60")),
        ("NOR0707", ("nor 0707", "NOR-0707", "0707")),
        ("A/B#12\u20133", ("ab123", "a-b", "12-3", "b12")),
        ("00012345678", ("00012345678", "12345678")),
    ],
)
def test_a_sku_is_found_from_any_of_its_parts_on(sku: str, typed: tuple[str, ...]) -> None:
    """Whatever stands between them, on either side."""
    for text in typed:
        assert ItemFilter(words=search_words(text)).matches_item(an_item(sku, "Thing")), text
    for text in ("or0707", "707-60", "nor-60-0707", "61"):
        assert not ItemFilter(words=search_words(text)).matches_item(an_item(sku, "Thing")), text


@pytest.mark.complaint("T6")
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("高级绿茶500g", ("绿茶", "高级", "茶", "高级绿茶", "500g", "绿茶500")),
        ("抹茶ラテ", ("ラテ", "抹茶", "茶ラ")),
        ("유기농녹차", ("녹차", "유기농", "차")),
        ("กาแฟเย็น", ("กาแฟ", "เย็น", "แฟเย็น")),
        ("កាហ្វេត្រជាក់", ("ត្រជាក់",)),
        ("ကော်ဖီအေး", ("အေး",)),
        ("ກາເຟເຢັນ", ("ເຢັນ",)),
    ],
)
def test_words_without_blanks_between_them_are_found(name: str, typed: tuple[str, ...]) -> None:
    """By any two signs that follow each other, and by one where it may be a word."""
    for text in typed:
        assert ItemFilter(words=search_words(text)).matches_item(an_item("X", name)), text
    assert not ItemFilter(words=search_words("茶绿")).matches_item(an_item("X", name))


@pytest.mark.complaint("T7")
@pytest.mark.parametrize("typed", ["#", "***", "°", "- - -", "\U0001f600", "…", "'", "\u200b.", "." * 500])
def test_a_search_of_signs_only_finds_nothing(typed: str) -> None:
    """Whatever the item; beside a word they do not count."""
    for item in (an_item(), an_item("#", "***"), an_item("\U0001f600", "\U0001f600 - °")):
        assert not ItemFilter(words=search_words(typed)).matches_item(item)
    assert ItemFilter(words=(*search_words(f"{typed} thing"),)).matches_item(an_item())


@pytest.mark.complaint("T9")
@pytest.mark.parametrize(
    "typed",
    ["643127889365", "0643127889365", "00643127889365", "64312788", "0064312788", "]d20100643127889365\x1d10A"],
)
def test_a_barcode_is_found_in_any_spelling(typed: str) -> None:
    """From its eighth digit on, with or without zeros before it."""
    for barcode in ("643127889365", "0643127889365", "00643127889365", "0-643127-889365", "(01)00643127889365"):
        assert ItemFilter(words=search_words(typed)).matches_item(an_item("X", "Y", barcodes=(barcode,)))


@pytest.mark.parametrize("typed", ["04252614", "042100005264", "42100005264", "]E004252614"])
def test_a_small_package_is_found_by_either_of_its_numbers(typed: str) -> None:
    """UPC-E and UPC-A, whichever was entered."""
    for barcode in ("04252614", "042100005264"):
        assert ItemFilter(words=search_words(typed)).matches_item(an_item("X", "Y", barcodes=(barcode,)))


@pytest.mark.parametrize("typed", ["0-306-40615-2", "0306406152", "9780306406157", "978-0-306-40615-7"])
def test_a_book_is_found_by_either_of_its_numbers(typed: str) -> None:
    """Whichever was entered."""
    for barcode in ("0306406152", "9780306406157", "0-306-40615-2"):
        assert ItemFilter(words=search_words(typed)).matches_item(an_item("X", "Y", barcodes=(barcode,)))


@pytest.mark.parametrize(
    "name",
    [
        "a." * 100,
        "茶" * 200,
        "".join(map(chr, range(0x4E00, 0x4EC8))),
        "\ufdfa" * 200,
        "é.b" * 66,
        "a0" * 100,
        "\u0301" * 200,
    ],
)
def test_the_entries_of_an_item_are_bounded(name: str) -> None:
    """And so are its words, whatever its name; it is found by its SKU and barcodes all the same."""
    sku, barcodes = "-".join("abcdefghijklmnopqrstuvwxyz1234"), tuple(str(10**12 + 7**13 * n) for n in range(20))
    item = an_item(sku, name, barcodes=barcodes)
    assert len(item.entries) <= MAX_SEARCH_ENTRIES + len(barcodes) + 1
    assert sum(map(len, item.words)) < 1_500
    for typed in (sku, barcodes[-1]):
        assert ItemFilter(words=search_words(typed)).matches_item(item)


def test_an_archived_item_has_the_entry_of_archived_ones() -> None:
    """And not that of the others."""
    entries = an_item(is_archived=True).entries
    assert ("ARCHIVED" in entries, "OPEN" in entries) == (True, False)


@pytest.mark.parametrize("sku", ["TSHIRT-RED-M", "A B", "x_y.z", "茶-1", "4006381333931", "TAG:new", "ÅB ß", "กข-1"])
def test_typing_a_sku_finds_its_item_from_the_first_character_on(sku: str) -> None:
    """Whatever the SKU holds."""
    item = an_item(sku, "Name")
    for length in range(1, len(sku) + 1):
        assert ItemFilter(words=search_words(sku[:length])).matches_item(item)


@pytest.mark.parametrize("typed", ["wei", "weih", "WEIHNACHTSS", "weihnachtsschm", "weihnachtsschmuck", "ab-1 teil 5"])
def test_a_word_is_found_by_any_beginning_of_three_characters_or_more(typed: str) -> None:
    """In upper or lower case; all words must be found."""
    item = an_item("AB-1", "Weihnachtsschmuck 5 Teile")
    assert ItemFilter(words=search_words(typed)).matches_item(item)


@pytest.mark.parametrize(
    "typed", ["we", "weix", "weihnachtschmuck", "weihnachtsschmuckx", "teilx", "b-1", "ab-12", "teile none", "schmuck"]
)
def test_what_begins_no_word_finds_nothing(typed: str) -> None:
    """Neither what differs only behind an entry of the index, nor one or two characters, nor the end of a word."""
    item = an_item("AB-1", "Weihnachtsschmuck 5 Teile")
    assert not ItemFilter(words=search_words(typed)).matches_item(item)


@pytest.mark.parametrize("typed", ["OPEN", "TAG:new", "tag:new", "#TAG:new", "CATEGORY:Deko", "open", "ARCHIVED"])
def test_nobody_can_type_a_fact(typed: str) -> None:
    """Words are casefolded, and the entries of facts are not."""
    item = an_item("X", "Y", category="Deko", tags=("new",))
    assert not ItemFilter(words=search_words(typed)).matches_item(item)


def test_no_sku_and_no_name_makes_the_entry_of_a_fact() -> None:
    """Even one that looks like it."""
    item = an_item("TAG:new", "CATEGORY:Deko BARCODE:1 ARCHIVED NOTHING")
    for where in (
        ItemFilter(tags=("new",)),
        ItemFilter(category="Deko"),
        ItemFilter(barcode="1"),
        ItemFilter(is_archived=True),
    ):
        assert not where.matches_item(item)


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
        "category": "teas",
        "tags": ("sale", "news"),
        "is_archived": True,
    }
    for names in combinations(right, 2):
        assert ItemFilter(**{name: right[name] for name in names}).matches_item(item)
        assert not ItemFilter(**{names[0]: right[names[0]], names[1]: wrong[names[1]]}).matches_item(item)
        assert not ItemFilter(**{names[0]: wrong[names[0]], names[1]: right[names[1]]}).matches_item(item)


@pytest.mark.parametrize(
    "facts", [{"barcode": ""}, {"category": ""}, {"tags": ("",)}, {"sku_prefix": " "}, {"category": "x" * 100_000}]
)
def test_a_value_that_no_item_has_finds_nothing(facts: dict[str, Any]) -> None:
    """Blank or overlong, it is no fault."""
    assert not ItemFilter(**facts).matches_item(an_item(category=None))


def test_nothing_given_narrows_nothing() -> None:
    """No words, no tags, and the beginning of every SKU."""
    assert ItemFilter(words=(), tags=(), sku_prefix="").matches_item(an_item())
    assert not ItemFilter().search_terms


def test_more_words_or_tags_than_anybody_needs_are_refused() -> None:
    """The limits themselves are allowed."""
    for filters in (ItemFilter, LevelFilter):
        filters(words=tuple(map(str, range(50))), tags=tuple(map(str, range(20))))
        with pytest.raises(BadArgument, match=r"^A search may have at most 50 words, not 51\.$"):
            filters(words=tuple(map(str, range(51))))
        with pytest.raises(BadArgument, match=r"^`tags` may hold at most 20 tags, not 21\.$"):
            filters(tags=tuple(map(str, range(21))))


def test_a_sentence_without_blanks_is_not_too_many_words() -> None:
    """It is found by its beginning; what is typed besides counts as ever."""
    name = "，".join("".join(map(chr, range(0x4E00 + 20 * run, 0x4E10 + 20 * run))) for run in range(5))
    words = search_words(f"{name} tea")
    assert (len(words), words[-1]) == (31, "tea")
    assert ItemFilter(words=words).matches_item(an_item("X", f"{name[:60]} tea"))


def test_what_is_sought_is_the_same_in_any_order() -> None:
    """So that subscribers to the same share what is remembered of it."""
    one = ItemFilter(words=("jasmin", "tea"), tags=("new", "sale")).search_terms
    other = ItemFilter(words=("tea", "jasmin"), tags=("sale", "new")).search_terms
    assert one == other == SearchTerms(("TAG:new", "TAG:sale", "jasmi", "tea"), ("jasmin",))


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
        ("  ", ()),
        ("  ,;- ", ("NOTHING",)),
        ("Tea tea TEA", ("tea",)),
        ("Earl-Grey (100 g)", ("earlgrey", "100", "g")),
        ("straße STRASSE", ("strasse",)),
        ("高级绿茶 tea", ("高级", "级绿", "绿茶", "tea")),
    ],
)
def test_a_search_is_its_words(text: str, expected: tuple[str, ...]) -> None:
    """In order, each once, folded, without punctuation."""
    assert search_words(text) == expected
