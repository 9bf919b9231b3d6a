"""`stockpulse import`: items and counts from a CSV file into a running server.

Rule: only click is imported here, so that `--help` stays quick.
"""

from pathlib import Path
from typing import Any

import click

from app.cli.options.client import (
    OUTPUT_FILE,
    key_option,
    patience_option,
    quiet_option,
    report_option,
    url_option,
    with_options,
)
from app.cli.text import TEXT


def _delimiter(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    if value == "tab":
        return "\t"
    if len(value) != 1 or value in '"\r\n':
        raise click.BadParameter("give one character, or the word tab.", context, parameter)
    return value


_with_options = with_options(
    click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)),
    url_option(),
    key_option(),
    click.option(
        "--connections",
        type=click.IntRange(1, 64),
        default=4,
        show_default=True,
        help="Chunks of up to 1,000 rows that are on their way at the same time.",
    ),
    click.option(
        "--delimiter",
        type=TEXT,
        callback=_delimiter,
        help="What stands between cells: one character, or the word tab.  [default: what the first row shows]",
    ),
    click.option(
        "--dry-run",
        "is_rehearsal",
        is_flag=True,
        help="Change nothing: compare every row with what is recorded, and list what would be applied, with old and "
        "new values, and rejected. Only the import itself finds units that are promised, and what others change "
        "meanwhile.",
    ),
    click.option(
        "--changes",
        type=OUTPUT_FILE,
        help="With --dry-run: where all that would change goes, as CSV. The first 20 rows are shown in any case.",
    ),
    click.option(
        "--rejects",
        type=OUTPUT_FILE,
        help="Where rejected rows go, if there are any, to be mended and imported again.  [default: FILE.rejected.csv, "
        "and standard-input.rejected.csv]",
    ),
    click.option(
        "--run",
        type=TEXT,
        default="",
        metavar="NAME",
        help="A name for this import of the file. A file is imported once under each name: a second run reports "
        "what the first one did. Without a name, a file that is imported again is applied again.",
    ),
    patience_option(),
    report_option("Write the figures as JSON."),
    quiet_option("Print the outcome only."),
    click.option(
        "--force",
        "is_forced",
        is_flag=True,
        help="Apply rows whatever version the file has: what was sold or edited since it was exported is overwritten.",
    ),
)


@click.group("import")
def import_() -> None:
    """Take items or counts from a CSV file into a running server.

    The FILE is UTF-8, or - for the standard input; its first row names its columns, in any order. Columns that are not
    known are skipped, and named. A cell that begins with an apostrophe before =, +, - or @ is read without it, as
    `stockpulse export` writes it.

    The file is sent in chunks, each under a key that derives from its content: an import that was interrupted is
    completed by running it again, and no row is applied twice. One that was completed and is run again applies the file
    again, to what has moved since. A row that is rejected keeps no other row out.

    The exit code is 0 if all rows are in, 1 if some were rejected, 2 if the import could not be done or completed.
    """


@import_.command()
@_with_options
def items(**options: Any) -> None:  # noqa: ANN401 - click checked them
    """Create items, or change what the FILE says of them.

    Columns: sku; and any of name, category, reorder_point, tags, barcodes, unit_cost, backorder_limit, version. A new
    item needs a name. Between several tags or barcodes stands a |. A column that is not there, or an empty cell, leaves
    things as they are; a lone | means none: no tags, no barcodes, no category, no unit cost.

    What `stockpulse export items` wrote can be imported. It has the version of each item: a row whose item was changed
    since is rejected, unless it says what is so already. Without a version a row is applied whatever is recorded.

    Chunks are taken as they come. Where a barcode moves from one row's item to that of a later row, give
    --connections 1, or import the rejected row again.
    """
    _run("items", **options)


@import_.command()
@_with_options
def levels(**options: Any) -> None:  # noqa: ANN401 - click checked them
    """Set the units on hand that the FILE counts.

    Columns: sku, location, on_hand; and any of reorder_point, backorder_limit, reason, method, target_level,
    safety_stock, order_quantity, version. The items and locations must exist. A column that is not there, or an empty
    cell, leaves its setting as it is, and makes the reason COUNT; what is given of a policy is the level's own from
    then on, and inherited no more.

    What `stockpulse export levels` wrote can be imported. It has the version of each level: a row whose level has moved
    since is rejected, and one that changes nothing is left alone. Without a version a row is set whatever is recorded.
    """
    _run("levels", **options)


def _run(
    kind: str,
    *,
    file: Path,
    rejects: Path | None,
    changes: Path | None,
    report: Path | None,
    patience: float,
    quiet: bool,
    **options: Any,  # noqa: ANN401 - as above
) -> None:
    from app.client.files.importing.main import ImportOptions, main  # noqa: PLC0415 - see the rule above

    rejects = rejects or _default_rejects(file)
    _check_outputs(file, {"--rejects": rejects, "--changes": changes, "--report": report})
    if changes is not None and not options["is_rehearsal"]:
        raise click.UsageError("--changes goes with --dry-run: it writes what would change.")
    chosen = ImportOptions(
        kind=kind,
        file=file,
        rejects=rejects,
        changes=changes,
        report=report,
        patience_seconds=patience,
        is_quiet=quiet,
        **options,
    )
    raise SystemExit(main(chosen))


def _default_rejects(file: Path) -> Path:
    from app.client.files.importing.reading.source import STANDARD_INPUT, is_stream  # noqa: PLC0415 - see the rule above

    name = "standard-input" if file == STANDARD_INPUT else file.name
    return (Path() if is_stream(file) else file.parent) / f"{name}.rejected.csv"


def _check_outputs(file: Path, outputs: dict[str, Path | None]) -> None:
    """Refuse files that would overwrite the one that is read, or each other."""
    taken = {file.resolve(): "the one that is imported"}
    for option, path in outputs.items():
        if path is None:
            continue
        other = taken.setdefault(path.resolve(), option)
        if other != option:
            raise click.UsageError(f"{option} must name another file than {other}.")
