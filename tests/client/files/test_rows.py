"""What becomes of the rows of a file before anything is sent: inputs of the API, or rejects with their reasons."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.client.files.importing.items import ITEMS, ItemEntry
from app.client.files.importing.kind import ImportTerms, Kind
from app.client.files.importing.levels import LEVELS, LevelEntry
from app.client.files.importing.reading.cells import clearable_cell_of
from app.client.files.importing.reading.csv_file import CsvFile, UnreadableFile
from app.client.files.importing.reading.header import Header
from app.client.files.importing.reading.rows import Reject, Row, rows_of
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason

PLAIN = ImportTerms()


def read(directory: Path, kind: Kind, *lines: str, terms: ImportTerms = PLAIN) -> list[Row | Reject]:
    """Return what becomes of the lines below the header, which is the first of them."""
    path = directory / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    file = CsvFile.survey(path, delimiter=",", names_columns=bool)
    return list(rows_of(file, Header.read(file, kind), kind, terms))


def told(found: Row | Reject) -> Any:  # noqa: ANN401 - JSON, or sentences
    """Return the input of a row that is sent, or the reasons of one that is not."""
    return orjson.loads(found.body) if isinstance(found, Row) else found.reasons


def test_a_count_is_forced_and_says_no_more_than_the_row(tmp_path: Path) -> None:
    """A column that is not there and an empty cell leave things as they are; the reason is COUNT by default."""
    rows = read(
        tmp_path,
        LEVELS,
        "on_hand,SKU, location ,reorder_point,backorder_limit,reason",
        "12, TEA 1 ,MAIN,,,",
        "0,CUP,NORTH,5,7,found",
    )
    assert [told(row) for row in rows] == [
        {"sku": "TEA 1", "location": "MAIN", "quantity": 12, "reason": "COUNT", "force": True},
        {
            "sku": "CUP",
            "location": "NORTH",
            "quantity": 0,
            "reason": "FOUND",
            "force": True,
            "reorderPoint": 5,
            "backorderLimit": 7,
        },
    ]
    assert [row.entry for row in rows if isinstance(row, Row)] == [
        LevelEntry(
            StockSetting(key=LevelKey("TEA 1", "MAIN"), quantity=12, reason=MovementReason.COUNT, is_forced=True)
        ),
        LevelEntry(
            StockSetting(
                key=LevelKey("CUP", "NORTH"),
                quantity=0,
                reason=MovementReason.FOUND,
                is_forced=True,
                reorder_point=5,
                backorder_limit=7,
            )
        ),
    ]


def test_a_count_may_say_how_its_level_is_replenished(tmp_path: Path) -> None:
    """Whatever is left out stays; what a method lacks, the server knows."""
    rows = read(
        tmp_path,
        LEVELS,
        "sku,location,on_hand,method,target_level,safety_stock,order_quantity",
        "TEA,MAIN,1,min_max,30,,",
        "CUP,MAIN,1,,,0,6",
        "POT,MAIN,1,often,,,",
        "POT,MAIN,1,FIXED_QUANTITY,,,0",
    )
    shared = {"location": "MAIN", "quantity": 1, "reason": "COUNT", "force": True}
    assert [told(row) for row in rows] == [
        {"sku": "TEA", **shared, "method": "MIN_MAX", "targetLevel": 30},
        {"sku": "CUP", **shared, "safetyStock": 0, "orderQuantity": 6},
        ["method: 'often' is no method; MIN_MAX is one."],
        ["order_quantity: The quantity 0 is not between 1 and 2147483647."],
    ]


def test_an_item_says_no_more_than_the_row(tmp_path: Path) -> None:
    """Lists stand in one cell; a lone bar is an empty list, and an empty cell says nothing."""
    rows = read(
        tmp_path,
        ITEMS,
        "sku,name,category,reorder_point,tags,barcodes,unit_cost,backorder_limit",
        "TEA,Green Tea,Tea,5,green|loose | ,40063|4006381333931.0|12.0,1.2500,3",
        "CUP,,,,|,|,,",
        "POT,,,,,,,",
    )
    assert [told(row) for row in rows] == [
        {
            "sku": "TEA",
            "name": "Green Tea",
            "category": "Tea",
            "tags": ["green", "loose"],
            "barcodes": ["40063", "4006381333931", "12.0"],
            "unitCost": "1.2500",
            "reorderPoint": 5,
            "backorderLimit": 3,
            "onlyIfDifferent": True,
        },
        {"sku": "CUP", "tags": [], "barcodes": [], "onlyIfDifferent": True},
        {"sku": "POT", "onlyIfDifferent": True},
    ]
    assert isinstance(rows[0], Row)
    assert isinstance(rows[0].entry, ItemEntry)
    assert rows[0].entry.change == ItemChange(
        sku="TEA",
        name="Green Tea",
        category="Tea",
        tags=("green", "loose"),
        barcodes=("40063", "4006381333931", "12.0"),
        unit_cost=Decimal("1.25"),
        reorder_point=5,
        backorder_limit=3,
    )


@pytest.mark.complaint("X3")
@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        (",MAIN,1,,", ["sku: The cell is empty."]),
        ("TEA,,1,,", ["location: The cell is empty."]),
        ("TEA,MAIN,,,", ["on_hand: The cell is empty."]),
        ("TEA,MAIN,1.5,,", ["on_hand: '1.5' is no whole number; write it as 1234."]),
        ('TEA,MAIN,"1,200",,', ["on_hand: '1,200' is no whole number; write it as 1234."]),
        (
            "TEA,MAIN,1.000,,",
            ["on_hand: '1.000' is one number to some and another to others; write it without a point."],
        ),
        ("TEA,MAIN,n/a,,", ["on_hand: 'n/a' is no whole number; write it as 1234."]),
        ("TEA,MAIN,1e3,,", ["on_hand: '1e3' is no whole number; write it as 1234."]),
        ("TEA,MAIN,\u00b2,,", ["on_hand: '\u00b2' is no whole number; write it as 1234."]),
        ("TEA,MAIN,1,many,", ["reorder_point: 'many' is no whole number; write it as 1234."]),
        ("TEA,MAIN,1,,because", ["reason: 'because' is no reason; COUNT is one."]),
        ("TEA,MAIN,-1,,", ["on_hand: The quantity -1 is not between 0 and 2147483647."]),
        (
            "TEA,MAIN,2147483648,-1,",
            [
                "on_hand: The quantity 2147483648 is not between 0 and 2147483647.",
                "reorder_point: The quantity -1 is not between 0 and 2147483647.",
            ],
        ),
        ("TEA,MAIN,1,,settings", ["reason: The reason SETTINGS stands for changes that move no units."]),
        (
            "TEA,MA IN,1,,",
            ["location: A location code must be 1 to 32 letters, digits, dots, dashes or underscores."],
        ),
        (
            f"{'S' * 65},MAIN,1,,",
            ["sku: A SKU must be 1 to 64 printable characters without a blank at either end."],
        ),
        ("TEA,MAIN,1", ["The row has 3 cells, the header has 5."]),
        ("TEA,MAIN,1,,,x", ["The row has 6 cells, the header has 5."]),
        ('TEA,MAIN,"1"x,,', ["This is no CSV: ',' expected after '\"'."]),
    ],
)
def test_a_bad_count_is_rejected_with_its_column(tmp_path: Path, row: str, reasons: list[str]) -> None:
    """By the rules that the server has; the rows beside it are not touched."""
    header = "sku,location,on_hand,reorder_point,reason"
    before, bad, after = read(tmp_path, LEVELS, header, "A,MAIN,1,,", row, "B,MAIN,+2,,,,")
    assert isinstance(bad, Reject)
    assert (bad.record.line, bad.reasons) == (3, reasons)
    assert [told(found)["sku"] for found in (before, after)] == ["A", "B"]


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        (",Tea,,", ["sku: The cell is empty."]),
        ('TEA,Tea,,"1,50"', ["unit_cost: '1,50' is no amount; write it as 1234.56."]),
        ("TEA,Tea,,NaN", ["unit_cost: 'NaN' is no amount; write it as 1234.56."]),
        ("TEA,Tea,,-1", ["unit_cost: A unit cost must be between 0 and 1000000000, with at most four decimals."]),
        ("TEA,Tea,,1.00001", ["unit_cost: A unit cost must be between 0 and 1000000000, with at most four decimals."]),
        ("TEA,Tea,a|a,", ["tags: A tag list must be at most 20 texts that differ."]),
        (
            f"TEA,{'T' * 201},a|{'t' * 51},",
            [
                "name: A name must be 1 to 200 printable characters without a blank at either end.",
                "tags: A tag must be 1 to 50 printable characters without a blank at either end.",
            ],
        ),
    ],
)
def test_a_bad_item_is_rejected_with_its_column(tmp_path: Path, row: str, reasons: list[str]) -> None:
    """By the rules that the server has."""
    _, bad = read(tmp_path, ITEMS, "sku,name,tags,unit_cost", "A,A,,", row)
    assert told(bad) == reasons


def test_what_stands_in_the_file_already_is_rejected_with_its_line(tmp_path: Path) -> None:
    """The first row counts; a row that was rejected is no first one."""
    rows = read(
        tmp_path,
        LEVELS,
        "sku,location,on_hand",
        "TEA,MAIN,x",
        "TEA,MAIN,1",
        "TEA,NORTH,2",
        "tea,MAIN,3",
        "TEA,MAIN,1",
        "TEA,MAIN,4",
    )
    assert [told(row) if isinstance(row, Reject) else row.record.line for row in rows] == [
        ["on_hand: 'x' is no whole number; write it as 1234."],
        3,
        4,
        5,
        ["TEA at MAIN stands in line 3 already."],
        ["TEA at MAIN stands in line 3 already."],
    ]


def test_a_sku_stands_once_in_a_file_of_items(tmp_path: Path) -> None:
    """Whatever else the rows say."""
    _, second = read(tmp_path, ITEMS, "sku,name", "TEA,Tea", "TEA,Green Tea")
    assert told(second) == ["TEA stands in line 2 already."]


@pytest.mark.parametrize(
    ("terms", "version", "said"),
    [
        (ImportTerms(), "7", {"expectedVersion": 7, "onlyIfDifferent": True}),
        (ImportTerms(is_repeat=True), "7", {"expectedVersion": 7, "onlyIfDifferent": True}),
        (ImportTerms(is_forced=True), "7", {"force": True, "onlyIfDifferent": True}),
        (ImportTerms(), "0", {"expectedVersion": 0, "onlyIfDifferent": True}),
        (ImportTerms(), "", {"force": True}),
        (ImportTerms(is_repeat=True), "", {"force": True, "onlyIfDifferent": True}),
    ],
)
def test_a_row_of_an_export_says_which_version_it_has_seen(
    tmp_path: Path, terms: ImportTerms, version: str, said: dict[str, Any]
) -> None:
    """Unless the user forces it. The columns that only tell something count for nothing."""
    exported = "sku,location,on_hand,reserved,available,reorder_point,effective_reorder_point,status,version,changed_at"
    row = f"TEA,MAIN,3,1,2,,5,LOW,{version},2026-11-23T09:30:00Z"
    [found] = read(tmp_path, LEVELS, exported, row, terms=terms)
    assert told(found) == {"sku": "TEA", "location": "MAIN", "quantity": 3, "reason": "COUNT", **said}


def test_a_rejected_row_may_be_imported_once_it_is_mended(tmp_path: Path) -> None:
    """What was said of it counts for nothing."""
    [mended] = read(tmp_path, LEVELS, "rejected_line,rejected_because,sku,location,on_hand", "7,bad,TEA,MAIN,3")
    assert told(mended)["quantity"] == 3


@pytest.mark.complaint("X1")
def test_what_looks_like_a_number_or_a_date_is_taken_as_it_is_written(tmp_path: Path) -> None:
    """A SKU is a text: its zeros, its exponent and its slash are its own."""
    skus = ["00123", "1E10", "90.750", "0x1F", "TRUE", "1/2", "2026-11-23"]
    rows = read(tmp_path, LEVELS, "sku,location,on_hand", *(f"{sku},MAIN,1" for sku in skus))
    assert [told(row)["sku"] for row in rows] == skus


@pytest.mark.complaint("X2", "X3")
def test_columns_are_found_as_other_programs_write_them(tmp_path: Path) -> None:
    """In any case, with blanks, beside others that mean nothing here; 12.0 is 12."""
    [row] = read(tmp_path, LEVELS, "Bin,SKU, Location ,On Hand,,Reorder-Point", "A-1,TEA,MAIN,12.0,,+5.00")
    assert told(row) == {
        "sku": "TEA",
        "location": "MAIN",
        "quantity": 12,
        "reason": "COUNT",
        "force": True,
        "reorderPoint": 5,
    }


@pytest.mark.complaint("X2")
def test_a_column_that_is_skipped_is_named(tmp_path: Path) -> None:
    """With the one that it may stand for, so that a slip of the keyboard does not go unseen."""
    path = tmp_path / "a.csv"
    path.write_text("sku,location,on_hand,reoder_point,Bin,\n", encoding="utf-8")
    header = Header.read(CsvFile.survey(path, delimiter=",", names_columns=bool), LEVELS)
    assert list(header.remarks(LEVELS)) == [
        "Skipped: the column 'reoder_point', which levels do not have. Is it reorder_point?",
        "Skipped: the column 'bin', which levels do not have.",
    ]


@pytest.mark.parametrize("written", ["12", " 12 ", "+12", "12.0", "12.", "\uff11\uff12", "\u0661\u0662", "\uff0b012"])
def test_a_number_may_be_in_the_digits_of_any_script(tmp_path: Path, written: str) -> None:
    """A minus sign is one, too."""
    rows = read(tmp_path, ITEMS, "sku,reorder_point,unit_cost", f"TEA,{written},", "CUP,\u22120,\u0661.\u0665")
    assert [(told(row)["reorderPoint"], told(row).get("unitCost")) for row in rows] == [(12, None), (0, "1.5")]


@pytest.mark.parametrize("category", ["|", "\\|", "\\\\|", "a|b", "\\", "|x"])
def test_a_category_that_looks_like_none_is_exported_as_what_it_is(tmp_path: Path, category: str) -> None:
    """A lone bar says that there is none."""
    [row] = read(tmp_path, ITEMS, "sku,category", f"TEA,{clearable_cell_of(category)}")
    assert told(row)["category"] == category


@pytest.mark.complaint("X11")
def test_a_lone_bar_clears_what_an_item_may_be_without(tmp_path: Path) -> None:
    """And a bar within a text is marked."""
    rows = read(tmp_path, ITEMS, "sku,category,unit_cost,tags", "TEA,|,|,|", r"CUP,,,a\|b|c\\d")
    assert [told(row) for row in rows] == [
        {"sku": "TEA", "category": None, "unitCost": None, "tags": [], "onlyIfDifferent": True},
        {"sku": "CUP", "tags": ["a|b", "c\\d"], "onlyIfDifferent": True},
    ]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["x"], "a.csv has no column sku, location, on_hand: its first row must name its columns, ',' between them"),
        (["sku;location;on_hand"], "a.csv has no column sku, location, on_hand: its first row must name its columns"),
        (["sku,on_hand"], "a.csv has no column location: "),
        (['"sku"x,location,on_hand'], "a.csv has no column sku, location, on_hand: "),
        (["sku,location,on_hand,Sku"], "a.csv has the column sku twice."),
        (["sku,location,On Hand,on_hand"], "a.csv has the column on_hand twice."),
    ],
)
def test_a_header_that_is_none_refuses_the_file(tmp_path: Path, lines: list[str], sentence: str) -> None:
    """What it must have is there once."""
    with pytest.raises(UnreadableFile) as refusal:
        read(tmp_path, LEVELS, *lines, "1,2,3")
    assert str(refusal.value).startswith(sentence)
