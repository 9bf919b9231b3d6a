"""`stockpulse import items` against the real server: items are created and changed, as far as the rows say."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.client.files.shop import ITEMS_UPSERT_MANY, Shop, rejects_of, write_rows


def an_item(name: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return an item as the API shows it."""
    default = {"category": None, "tags": [], "barcodes": [], "unitCost": None, "reorderPoint": 0, "backorderLimit": 0}
    return {"name": name, **default, **given}


def test_items_are_created_and_changed(shop: Shop, tmp_path: Path) -> None:
    """What the second file does not say stays; a lone bar empties a list."""
    # given
    tea, cup = f"{shop.location}-TEA", f"{shop.location}-CUP"
    first = write_rows(
        tmp_path / "first.csv",
        "sku name category reorder_point tags barcodes unit_cost backorder_limit",
        [
            (tea, "Green Tea, loose", "Tea", 5, "green|loose", f"{tea}-1|{tea}-2", "1.25", 3),
            (cup, "Cup", "", "", "", "", "", ""),
        ],
    )
    second = write_rows(
        tmp_path / "second.csv", "sku tags barcodes unit_cost", [(tea, "|", f"{tea}-2", ""), (cup, "blue", "", "0.5")]
    )
    # when
    result = shop.take("items", first)
    # then
    assert result.exit_code == 0, result.output
    tea_item = an_item(
        "Green Tea, loose",
        category="Tea",
        tags=["green", "loose"],
        barcodes=[f"{tea}-1", f"{tea}-2"],
        unitCost="1.25",
        reorderPoint=5,
        backorderLimit=3,
    )
    assert shop.item(tea) == tea_item
    assert shop.item(cup) == an_item("Cup")
    # when
    result = shop.take("items", second)
    # then
    assert result.exit_code == 0, result.output
    assert shop.item(tea) == {**tea_item, "tags": [], "barcodes": [f"{tea}-2"]}
    assert shop.item(cup) == an_item("Cup", tags=["blue"], unitCost="0.50")


def test_a_rehearsal_counts_new_items_and_misses_their_names(shop: Shop, tmp_path: Path) -> None:
    """Nothing is created by it. Barcodes change hands from row to row, as they would."""
    # given
    place = shop.location
    shop.stock_items([f"{place}-OLD", f"{place}-LOSER"])
    shop.ask(ITEMS_UPSERT_MANY, items=[{"sku": f"{place}-LOSER", "barcodes": [f"{place}-2"]}])
    file = write_rows(
        tmp_path / "a.csv",
        "sku name barcodes",
        [
            (f"{place}-OLD", "", f"{place}-1"),
            (f"{place}-NEW", "New", ""),
            (f"{place}-NAMELESS", "", ""),
            (f"{place}-TAKER", "TAKER", f"{place}-1"),
            (f"{place}-THIEF", "THIEF", f"{place}-2"),
            (f"{place}-LOSER", "", "|"),
            (f"{place}-HEIR", "Heir", f"{place}-2"),
        ],
    )
    nameless = ["4", "name: The name is required for what does not exist yet.", f"{place}-NAMELESS", "", ""]
    taker, thief = [
        [line, f"barcodes: The barcode '{code}' already stands for {place}-{owner}.", f"{place}-{name}", name, code]
        for line, code, owner, name in (
            ("5", f"{place}-1", "OLD", "TAKER"),
            ("6", f"{place}-2", "LOSER", "THIEF"),
        )
    ]
    # when
    rehearsal = shop.take("items", file, "--dry-run")
    # then
    assert rehearsal.exit_code == 1, rehearsal.output
    assert (
        ": 4 would be applied (2 of them new items), 0 are so already, 3 would be rejected. Nothing was changed."
        in rehearsal.output
    )
    assert rejects_of(file)[1:] == [nameless, taker, thief]
    assert shop.item(f"{place}-NEW") is None
    # when
    result = shop.take("items", file)
    # then
    assert result.exit_code == 1, result.output
    assert rejects_of(file)[1:] == [nameless, taker, thief]
    assert shop.item(f"{place}-NEW") == an_item("New")
    assert shop.item(f"{place}-TAKER") is None


@pytest.mark.complaint("T8")
@pytest.mark.complaint("X12")
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_what_may_be_a_slip_is_told_with_its_line(shop: Shop, tmp_path: Path, options: tuple[str, ...]) -> None:
    """The rows are taken; a SKU that is another in case only, what a spreadsheet has shortened, and several in one."""
    place = shop.location
    number = place.removeprefix("PLACE-")
    file = write_rows(
        tmp_path / "a.csv",
        "sku name barcodes",
        [
            (f"{place}-abc", "A", f"5.{number}E+12"),
            (f"{place}-Good", "B", ""),
            (f"{place}-ABC", "C", f"4006381333931,643127{number}"),
        ],
    )
    result = shop.take("items", file, *options)
    assert result.exit_code == 0, result.output
    assert "2 of the rows may have a slip, and are taken as they are:" in result.output
    lines = [line for line in result.output.splitlines() if line.startswith("  line ")]
    told = "\n".join(lines)
    assert "line 2:" in told
    assert "looks like a number that a spreadsheet has shortened" in told
    assert "looks like several in one text" in told
    assert "in case, width or the form of signs only" in told


def test_a_whole_chunk_may_be_asked_for_its_warnings(shop: Shop, tmp_path: Path) -> None:
    """What 1,000 rows may cost is allowed, whatever is to be told of them."""
    place = shop.location
    rows = [(f"{place}-{number}", f"Item {number}", f"1E{number % 100}{place[:1]}") for number in range(1_001)]
    result = shop.take("items", write_rows(tmp_path / "a.csv", "sku name tags", rows))
    assert result.exit_code == 0, result.output
    assert "1,001 applied" in result.output


@pytest.mark.complaint("X12")
def test_an_export_that_a_spreadsheet_has_shortened_takes_no_barcode_away(shop: Shop, tmp_path: Path) -> None:
    """Its rows are rejected, also by the rehearsal; the item keeps its number."""
    sku, number = f"{shop.location}-TEA", f"40063813339{int(shop.location.removeprefix('PLACE-')):02}"
    shop.ask(ITEMS_UPSERT_MANY, items=[{"sku": sku, "name": "Tea", "barcodes": [number]}])
    file = write_rows(tmp_path / "a.csv", "sku name barcodes version", [(sku, "Green Tea", "4.01E+12", 1)])
    for options in (["--dry-run"], []):
        result = shop.take("items", file, *options)
        assert result.exit_code == 1, result.output
        assert rejects_of(file)[1][1] == (
            f"barcodes: The barcode '4.01E+12' is what a spreadsheet makes of {number}, which the item has: "
            "its last digits would be lost."
        )
    assert shop.item(sku) == an_item("Tea", barcodes=[number])


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_row_of_an_export_whose_sku_was_changed_creates_nothing(
    shop: Shop, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """As by a spreadsheet that takes off the zeros before it, unless it is forced; levels likewise."""
    number = shop.location.removeprefix("PLACE-")
    shop.ask(ITEMS_UPSERT_MANY, items=[{"sku": f"00{number}", "name": "Tea"}])
    file = write_rows(tmp_path / "a.csv", "sku name version", [(number, "Tea", 1)])
    result = shop.take("items", file, *options)
    assert result.exit_code == 1, result.output
    assert rejects_of(file)[1][1] == (
        "version: There is no such item here, and the file has version 1 of it. "
        "A spreadsheet may have changed its name; give --force to create it."
    )
    assert shop.item(number) is None
    assert shop.take("items", file, "--force", *options).exit_code == 0
    assert shop.item(number) == (None if options else an_item("Tea"))


@pytest.mark.complaint("X7")
@pytest.mark.parametrize("is_rehearsed", [False, True])
def test_an_older_export_does_not_overwrite_what_a_person_has_edited_since(
    shop: Shop, tmp_path: Path, is_rehearsed: bool
) -> None:
    """Its rows are rejected, unless they say what is so already; others are taken, and --force takes all."""
    # given
    tea, cup, pot = [f"{shop.location}-{name}" for name in ("TEA", "CUP", "POT")]
    category = f"Things of {shop.location}"
    items = [{"sku": sku, "name": sku, "category": category, "barcodes": [f"{sku}-b"]} for sku in (tea, cup, pot)]
    shop.ask(ITEMS_UPSERT_MANY, items=items)
    file = tmp_path / "items.csv"
    export = shop.give("items", "--category", category, "-o", str(file))
    assert export.exit_code == 0, export.output
    rehearsing = ["--dry-run"] if is_rehearsed else []
    # then
    alike = shop.take("items", file, *rehearsing)
    assert alike.exit_code == 0, alike.output
    assert versions(shop, category) == {tea: 1, cup: 1, pot: 1}
    # when
    shop.ask(ITEMS_UPSERT_MANY, items=[{"sku": tea, "name": "Assam"}, {"sku": pot, "unitCost": "1"}])
    shop.ask(ITEMS_UPSERT_MANY, items=[{"sku": pot, "unitCost": None}])
    file.write_text(file.read_text(encoding="utf-8").replace(f"{cup},{cup},", f"{cup},Mug,"), encoding="utf-8")
    result = shop.take("items", file, *rehearsing)
    # then
    assert result.exit_code == 1, result.output
    [reason] = [row[1] for row in rejects_of(file)[1:]]
    assert reason.startswith("version: The item has moved since it was exported: it is at version 2, the file has 1. ")
    assert [shop.item(sku)["name"] for sku in (tea, cup)] == ["Assam", cup if is_rehearsed else "Mug"]  # type: ignore[index]
    assert versions(shop, category) == {tea: 2, cup: 1 if is_rehearsed else 2, pot: 3}
    # when
    forced = shop.take("items", file, "--force", *rehearsing)
    # then
    assert forced.exit_code == 0, forced.output
    assert versions(shop, category)[tea] == (2 if is_rehearsed else 3)


def versions(shop: Shop, category: str) -> dict[str, int]:
    """Return the version of each item of a category, by SKU, as an export tells it."""
    told = shop.give("items", "--category", category, "--format", "jsonl", "--quiet").stdout
    return {row["sku"]: row["version"] for row in map(orjson.loads, told.splitlines())}
