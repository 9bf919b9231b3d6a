"""`stockpulse import levels` against the real server: every row arrives once, and what does not can be mended."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from app.cli.import_ import import_
from app.cli.main import main
from tests.client.files.shop import Shop, rejects_of, write_rows

ITEM_ARCHIVE = 'mutation { itemArchive(input: {sku: "OLD"}) { userErrors { code } } }'
LAST_MOVEMENT = """
query ($location: String!) {
  movements(filter: {location: $location}, first: 1) { nodes { reason reference operation { idempotencyKey kind } } }
}"""
OVERSELL = """
mutation ($location: String!) {
  locationUpsert(input: { code: $location, oversellPolicy: ALLOW }) { userErrors { message } }
}
"""
SALE = """
mutation ($location: String!, $sku: String!, $quantity: Int!) {
  saleRecord(input: {location: $location, lines: [{sku: $sku, quantity: $quantity}]}) { userErrors { message } }
}"""
POLICIES = """
query ($location: String!) {
  stockLevels(filter: {locations: [$location]}) {
    nodes { item { sku } policy { method reorderPoint targetLevel overrides } }
  }
}"""


def skus(shop: Shop, count: int) -> list[str]:
    """Create so many items, which other tests do not have."""
    names = [f"{shop.location}-{number}" for number in range(count)]
    shop.stock_items(names)
    return names


def counted(file: Path, shop: Shop, counts: dict[str, object]) -> Path:
    """Write a file that counts items at the location."""
    return write_rows(file, "sku location on_hand", [(sku, shop.location, units) for sku, units in counts.items()])


@pytest.mark.complaint("X6")
def test_a_file_that_is_imported_again_sets_what_has_moved_since(shop: Shop, tmp_path: Path) -> None:
    """2,300 rows in three chunks. What is so already is left alone; under a name a file is imported once."""
    # given
    names = skus(shop, 2_300)
    file = counted(tmp_path / "a.csv", shop, {sku: number % 50 for number, sku in enumerate(names)})
    # when
    first = shop.take("levels", file)
    # then
    assert first.exit_code == 0, first.output
    assert shop.counts() == {sku: (number % 50, 1) for number, sku in enumerate(names)}
    assert ": 2,300 applied, 0 unchanged, 0 rejected." in first.output
    assert "\x1b" not in first.output
    # when
    again = shop.take("levels", file)
    # then
    assert again.exit_code == 0, again.output
    assert ": 0 applied, 2,300 unchanged, 0 rejected." in again.output
    assert "This file was imported once before, and nothing of it has moved since." in again.output
    assert {version for _, version in shop.counts().values()} == {1}
    # when
    shop.ask(SALE, location=shop.location, sku=names[7], quantity=4)
    third = shop.take("levels", file)
    # then
    assert ": 1 applied, 2,299 unchanged, 0 rejected." in third.output
    assert "This file was imported 2 times before; what has moved since was set to what it says." in third.output
    assert shop.counts()[names[7]] == (7, 3)
    # when
    report = tmp_path / "report.json"
    options = ("--run", "second week", "--quiet", "--report", str(report))
    anew = shop.take("levels", file, *options)
    # then
    assert anew.exit_code == 0, anew.output
    assert anew.output.count("\n") == 1
    assert {version for _, version in shop.counts().values()} == {2, 4}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "report.json"]
    figures = orjson.loads(report.read_bytes())
    assert figures.pop("seconds") > 0 < figures.pop("rows_per_second")
    zero = {"unchanged": 0, "rejected": 0, "new_items": 0, "doubted": 0}
    assert figures == {"rows": 2_300, "applied": 2_300, "recorded_before": 0, **zero}
    assert shop.take("levels", file, *options).exit_code == 0
    assert orjson.loads(report.read_bytes())["recorded_before"] == 2_300
    assert {version for _, version in shop.counts().values()} == {2, 4}


@pytest.mark.complaint("X6")
def test_a_feed_ends_at_what_it_said_last(shop: Shop, tmp_path: Path) -> None:
    """10, 12, 10: the third file has the content of the first."""
    [sku] = skus(shop, 1)
    for number, units in enumerate((10, 12, 10, 12, 10)):
        assert shop.take("levels", counted(tmp_path / f"{number}.csv", shop, {sku: units})).exit_code == 0
    assert shop.counts() == {sku: (10, 5)}


def test_a_row_sets_count_and_settings_in_one_movement(shop: Shop, tmp_path: Path) -> None:
    """And the ledger finds all movements of an import under its reference."""
    [sku] = skus(shop, 1)
    file = write_rows(
        tmp_path / "a.csv",
        "sku location on_hand reorder_point backorder_limit reason",
        [(sku, shop.location, 7, 3, 2, "FOUND")],
    )
    result = shop.take("levels", file)
    assert result.exit_code == 0, result.output
    assert shop.levels() == {sku: {"onHand": 7, "reorderPoint": 3, "backorderLimit": 2, "version": 1}}
    [movement] = shop.ask(LAST_MOVEMENT, location=shop.location)["nodes"]
    operation = movement["operation"]
    assert (movement["reason"], operation["kind"]) == ("FOUND", "stockSetMany")
    assert movement["reference"].startswith("import:")
    assert operation["idempotencyKey"] == f"{movement['reference']}:1:last"


def test_a_row_sets_what_its_level_is_replenished_by(shop: Shop, tmp_path: Path) -> None:
    """As its own; the other rows inherit as before."""
    [tea, cup] = skus(shop, 2)
    rows = [(tea, shop.location, 7, "MIN_MAX", 3, 20), (cup, shop.location, 7, "", "", "")]
    file = write_rows(tmp_path / "a.csv", "sku location on_hand method reorder_point target_level", rows)
    result = shop.take("levels", file)
    assert result.exit_code == 0, result.output
    found = {node["item"]["sku"]: node["policy"] for node in shop.ask(POLICIES, location=shop.location)["nodes"]}
    own = ["METHOD", "REORDER_POINT", "TARGET_LEVEL"]
    assert found == {
        tea: {"method": "MIN_MAX", "reorderPoint": 3, "targetLevel": 20, "overrides": own},
        cup: {"method": "NONE", "reorderPoint": 0, "targetLevel": None, "overrides": []},
    }


@pytest.mark.complaint("X4")
def test_rejected_rows_keep_no_other_row_out_and_can_be_mended(shop: Shop, tmp_path: Path) -> None:
    """Those that the file is wrong about, and those that the server refuses, each with its line and reasons."""
    # given
    [tea, cup] = skus(shop, 2)
    shop.stock_items(["OLD"])
    shop.ask(ITEM_ARCHIVE)
    place = shop.location
    file = write_rows(
        tmp_path / "a.csv",
        "sku location on_hand reorder_point",
        [
            (tea, place, 5, ""),
            ("NONE", place, 1, ""),
            (tea, "NOWHERE", 1, ""),
            (cup, place, "7x", 1),
            ("OLD", place, 1, ""),
            (tea, place, 6, ""),
        ],
    )
    # when
    result = shop.take("levels", file)
    # then
    assert result.exit_code == 1, result.output
    assert ": 1 applied, 0 unchanged, 5 rejected." in result.output
    assert f"The rejected rows are in {file}.rejected.csv" in result.output
    assert shop.counts() == {tea: (5, 1)}
    assert rejects_of(file) == [
        ["rejected_line", "rejected_because", "sku", "location", "on_hand", "reorder_point"],
        ["3", "sku: No item has the SKU 'NONE'.", "NONE", place, "1", ""],
        ["4", "location: No location has the code 'NOWHERE'.", tea, "NOWHERE", "1", ""],
        ["5", "on_hand: '7x' is no whole number; write it as 1234.", cup, place, "7x", "1"],
        ["6", "sku: The item 'OLD' is archived.", "OLD", place, "1", ""],
        ["7", f"{tea} at {place} stands in line 2 already.", tea, place, "6", ""],
    ]
    # when
    again = shop.take("levels", file)
    # then
    assert again.exit_code == 1, again.output
    assert ": 0 applied, 1 unchanged, 5 rejected." in again.output
    assert len(rejects_of(file)) == 6
    # when
    rejects = file.with_name("a.csv.rejected.csv")
    mended = rejects.read_text(encoding="utf-8").replace("7x", "7").replace("NOWHERE", place).replace("NONE", tea)
    header, _, moved, *rest = mended.splitlines()
    rejects.write_text("\n".join([header, moved, rest[0]]), encoding="utf-8")
    last = shop.take("levels", rejects)
    # then
    assert last.exit_code == 0, last.output
    assert shop.counts() == {tea: (1, 2), cup: (7, 1)}


def test_a_rehearsal_tells_the_same_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    """The rows that would be rejected are written as they would be; the import itself is still to come."""
    # given
    names = skus(shop, 1_100)
    shop.stock_items(["OLD"])
    shop.ask(ITEM_ARCHIVE)
    place = shop.location
    bad = [("NONE", place, 1), (names[0], "NOWHERE", 1), (names[1], place, -1), ("OLD", place, 1)]
    good = [(sku, place, 3) for sku in names]
    file = write_rows(tmp_path / "a.csv", "sku location on_hand", [*bad, *good])
    # when
    rehearsal = shop.take("levels", file, "--dry-run")
    told = rejects_of(file)
    # then
    assert rehearsal.exit_code == 1, rehearsal.output
    assert ": 1,100 would be applied, 0 are so already, 4 would be rejected. Nothing was changed." in rehearsal.output
    assert shop.counts() == {}
    # when
    result = shop.take("levels", file)
    # then
    assert result.exit_code == 1, result.output
    assert ": 1,100 applied, 0 unchanged, 4 rejected." in result.output
    assert rejects_of(file) == told
    assert [row[1] for row in told] == [
        "rejected_because",
        "sku: No item has the SKU 'NONE'.",
        "location: No location has the code 'NOWHERE'.",
        "on_hand: The quantity -1 is not between 0 and 2147483647.",
        "sku: The item 'OLD' is archived.",
    ]


@pytest.mark.parametrize(("quantity", "outcome"), [(2, "applied"), (9, "rejected")])
def test_what_is_archived_may_only_be_emptied(shop: Shop, tmp_path: Path, quantity: int, outcome: str) -> None:
    """Less than there is, is recorded of it, and the rehearsal says so, too."""
    [sku] = skus(shop, 1)
    file = tmp_path / "a.csv"
    shop.take("levels", write_rows(file, "sku location on_hand", [(sku, shop.location, 5)]))
    shop.ask(f'mutation {{ itemArchive(input: {{sku: "{sku}", windDown: true}}) {{ userErrors {{ code }} }} }}')
    write_rows(file, "sku location on_hand", [(sku, shop.location, quantity)])
    assert f"1 would be {outcome}" in shop.take("levels", file, "--dry-run").output
    assert f"1 {outcome}" in shop.take("levels", file).output
    assert shop.counts()[sku][0] == (quantity if outcome == "applied" else 5)


def test_a_file_with_tabs_is_read_as_such(shop: Shop, tmp_path: Path) -> None:
    """Also with what spreadsheets put before the first row."""
    [sku] = skus(shop, 1)
    file = tmp_path / "a.tsv"
    file.write_bytes(b"\xef\xbb\xbf" + f"sku\tlocation\ton_hand\r\n{sku}\t{shop.location}\t4\r\n".encode())
    result = shop.take("levels", file, "--delimiter", "tab", "--rejects", str(tmp_path / "r.csv"))
    assert result.exit_code == 0, result.output
    assert shop.counts() == {sku: (4, 1)}


@pytest.mark.complaint("X7")
def test_an_export_that_is_imported_takes_no_sale_back(shop: Shop, tmp_path: Path) -> None:
    """What has moved since is rejected, what was changed in the file is set, and the rest is left alone."""
    # given
    names = skus(shop, 300)
    assert shop.take("levels", counted(tmp_path / "a.csv", shop, dict.fromkeys(names, 10))).exit_code == 0
    exported = tmp_path / "exported.csv"
    assert shop.give("levels", "--location", shop.location, "--output", str(exported)).exit_code == 0
    shop.ask(SALE, location=shop.location, sku=names[0], quantity=3)
    text = exported.read_text(encoding="utf-8")
    edited = f"{names[1]},{shop.location},12,"
    exported.write_text(text.replace(f"{names[1]},{shop.location},10,", edited), encoding="utf-8")
    # when
    result = shop.take("levels", exported)
    # then
    assert result.exit_code == 1, result.output
    assert ": 1 applied, 298 unchanged, 1 rejected." in result.output
    assert rejects_of(exported)[1][1] == (
        "version: The level has moved since it was exported: it is at version 2, the file has 1. "
        "Export it again, or give --force to set it whatever has happened since."
    )
    unchanged = dict.fromkeys(names[2:], (10, 1))
    assert shop.counts() == {names[0]: (7, 2), names[1]: (12, 2), **unchanged}
    # when
    again = shop.take("levels", exported)
    assert (again.exit_code, ": 0 applied, 299 unchanged, 1 rejected." in again.output) == (1, True), again.output
    forced = shop.take("levels", exported, "--force")
    # then
    assert forced.exit_code == 0, forced.output
    assert shop.counts() == {names[0]: (10, 3), names[1]: (12, 2), **unchanged}


@pytest.mark.complaint("X7")
def test_what_is_inherited_stays_inherited_by_way_of_a_file(shop: Shop, tmp_path: Path) -> None:
    """Only a setting of the level's own stands in the file, and is set by it."""
    [tea, cup] = skus(shop, 2)
    rows = [(tea, shop.location, 7, "MIN_MAX", 3, 20), (cup, shop.location, 7, "", "", "")]
    file = write_rows(tmp_path / "a.csv", "sku location on_hand method reorder_point target_level", rows)
    assert shop.take("levels", file).exit_code == 0
    before = shop.ask(POLICIES, location=shop.location)
    exported = tmp_path / "exported.csv"
    assert shop.give("levels", "--location", shop.location, "-o", str(exported)).exit_code == 0
    assert shop.take("levels", exported, "--force", "--run", "anew").exit_code == 0
    assert shop.ask(POLICIES, location=shop.location) == before


def test_an_export_of_what_is_oversold_is_taken_back(shop: Shop, tmp_path: Path) -> None:
    """On hand is below zero where a till sold beyond the record: that is so already, and a count puts it right."""
    [sku] = skus(shop, 1)
    assert shop.take("levels", counted(tmp_path / "a.csv", shop, {sku: 1})).exit_code == 0
    shop.ask(OVERSELL, location=shop.location)
    shop.ask(SALE, location=shop.location, sku=sku, quantity=3)
    exported = tmp_path / "exported.csv"
    assert shop.give("levels", "--location", shop.location, "-o", str(exported)).exit_code == 0
    result = shop.take("levels", exported)
    assert (result.exit_code, ": 0 applied, 1 unchanged, 0 rejected." in result.output) == (0, True), result.output
    assert shop.counts() == {sku: (-2, 2)}
    exported.write_text(exported.read_text(encoding="utf-8").replace(",-2,", ",-1,", 1), encoding="utf-8")
    assert shop.take("levels", exported).exit_code == 1
    assert shop.counts() == {sku: (-2, 2)}
    assert shop.take("levels", counted(tmp_path / "b.csv", shop, {sku: 4})).exit_code == 0
    assert shop.counts() == {sku: (4, 3)}


@pytest.mark.complaint("X5")
def test_a_row_that_was_rejected_is_tried_again(shop: Shop, tmp_path: Path) -> None:
    """The same command again, once the cause is gone, also under a name."""
    [sku] = skus(shop, 1)
    for options in ((), ("--run", "opening")):
        place = f"{shop.location}-{len(options)}"
        file = write_rows(tmp_path / f"{place}.csv", "sku location on_hand", [(sku, place, 10)])
        refused = shop.take("levels", file, *options)
        assert (refused.exit_code, rejects_of(file)[1][1]) == (1, f"location: No location has the code {place!r}.")
        new = Shop(shop.server, location=place)
        new.open()
        assert shop.take("levels", file, *options).exit_code == 0
        assert new.counts() == {sku: (10, 1)}


@pytest.mark.complaint("X8")
def test_a_rehearsal_shows_old_and_new_values(shop: Shop, tmp_path: Path) -> None:
    """The first of them; all of them go to a file. What would be too old is rejected as the import rejects it."""
    # given
    names = skus(shop, 30)
    place = shop.location
    assert shop.take("levels", counted(tmp_path / "a.csv", shop, dict.fromkeys(names[:29], 8))).exit_code == 0
    rows = [(sku, place, 5 if number else 8, number or "", "") for number, sku in enumerate(names)]
    rows[3] = (names[3], place, 8, "", 7)
    rows[4] = (names[4], place, 9, "", 7)
    file = write_rows(tmp_path / "b.csv", "sku location on_hand reorder_point version", rows)
    changes = tmp_path / "changes.csv"
    # when
    result = shop.take("levels", file, "--dry-run", "--changes", str(changes))
    # then
    assert result.exit_code == 1, result.output
    assert ": 27 would be applied, 2 are so already, 1 would be rejected. Nothing was changed." in result.output
    assert f"  line 3: {names[1]} at {place}: on_hand 8 → 5, reorder_point nothing → 1\n" in result.output
    assert f"  and 7 more; all are in {changes}.\n" in result.output
    lines = changes.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        "line,name,column,old,new",
        f"3,{names[1]} at {place},on_hand,8,5",
        f"3,{names[1]} at {place},reorder_point,,1",
    ]
    assert lines[-2:] == [
        f"31,{names[29]} at {place},on_hand,,5",
        f"31,{names[29]} at {place},reorder_point,,29",
    ]
    assert rejects_of(file)[1][1].startswith("version: The level has moved since it was exported")
    assert set(shop.counts().values()) == {(8, 1)}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--delimiter", "\udcff"], "Invalid value for '--delimiter': this is no text in UTF-8."),
        (["--run", "a\udcff"], "Invalid value for '--run': this is no text in UTF-8."),
        (["--delimiter", "ab"], "Invalid value for '--delimiter': give one character, or the word tab."),
        (["--rejects", "/nowhere/at/all.csv"], "'--rejects': /nowhere/at is no directory."),
        (["--changes", "x.csv"], "--changes goes with --dry-run: it writes what would change."),
        (["--rejects", "{file}"], "--rejects must name another file than the one that is imported."),
        (["--report", "{file}"], "--report must name another file than the one that is imported."),
        (["--rejects", "x", "--report", "./x"], "--report must name another file than --rejects."),
        (["--url", "ftp://shop"], "Error: ftp://shop is no http:// or https:// URL."),
        (["--url", "http://127.0.0.1:1"], "Error: No Stockpulse server answers at http://127.0.0.1:1"),
    ],
)
def test_what_cannot_begin_is_told_in_one_sentence(tmp_path: Path, options: list[str], sentence: str) -> None:
    """With exit code 2."""
    file = write_rows(tmp_path / "a.csv", "sku location on_hand", [("TEA", "MAIN", 1)])
    given = [option.replace("{file}", str(file)) for option in options]
    result = CliRunner().invoke(import_, ["levels", str(file), *given])
    assert (result.exit_code, sentence in result.output) == (2, True), result.output


@pytest.mark.parametrize("content", ["sku,location\nA,B\n", "sku,location,on_hand\nA,B,\xa3\n"])
def test_a_file_that_cannot_be_used_is_told_with_exit_code_2(shop: Shop, tmp_path: Path, content: str) -> None:
    """Nothing of it is sent."""
    file = tmp_path / "a.csv"
    file.write_text(content, encoding="latin-1")
    result = shop.take("levels", file)
    assert result.exit_code == 2
    assert result.output.startswith("Error: a.csv ")
    assert result.output.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no disk that is always full")
def test_a_full_disk_ends_an_import_with_a_sentence(shop: Shop, tmp_path: Path) -> None:
    """What was applied until then is told; a run with room for the rejected rows completes it."""
    [sku] = skus(shop, 1)
    file = counted(tmp_path / "a.csv", shop, {sku: 1, "NONE": 1})
    result = shop.take("levels", file, "--rejects", "/dev/full")
    assert result.exit_code == 2
    assert ": 1 applied, 0 unchanged, 1 rejected." in result.output
    assert "A file on this machine failed: [Errno 28] No space left on device." in result.output
    assert shop.take("levels", file).exit_code == 1
    assert len(rejects_of(file)) == 2


def test_the_commands_stand_in_the_help() -> None:
    """And `--help` says what an export is not."""
    told = CliRunner().invoke(main, ["export", "levels", "--help"]).output
    assert "Not a snapshot of one moment" in told
    assert CliRunner().invoke(main, ["import", "items", "--help"]).exit_code == 0


def test_the_standard_input_is_imported(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known again as any file is, and its rejected rows go to the directory one is in."""
    monkeypatch.chdir(tmp_path)
    [sku] = skus(shop, 1)
    text = f"sku,location,on_hand\n{sku},{shop.location},3\n{sku},NOWHERE,1\n"
    command = ["levels", "-", "--url", shop.server.url]
    for told in ("1 applied, 0 unchanged, 1 rejected", "0 applied, 1 unchanged, 1 rejected"):
        result = CliRunner().invoke(import_, command, input=text)
        assert (result.exit_code, told in result.output) == (1, True), result.output
    assert [path.name for path in tmp_path.iterdir()] == ["standard-input.rejected.csv"]
    empty = CliRunner().invoke(import_, command, input="sku,location,on_hand\n")
    assert (empty.exit_code, "The file has no rows below its header." in empty.output) == (0, True)
