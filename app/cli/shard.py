"""`stockpulse shard`: what divides the database over shards.

Rule: only click is imported here, so that `--help` stays quick.
"""

from collections.abc import Sequence

import click

from app.cli.options.text_file import TextFile
from app.cli.settings import settings_of


def _named_lists(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, list[str]]:
    """Return lists by their names, of texts such as NORTH=SHOP-1,SHOP-2."""
    found: dict[str, list[str]] = {}
    for value in values:
        name, _, listed = value.partition("=")
        entries = [each.strip() for each in listed.split(",") if each.strip()]
        if not name.strip() or not entries:
            raise click.BadParameter(f"{value!r} is not of the form NAME=ENTRY,ENTRY.", context, parameter)
        found.setdefault(name.strip(), []).extend(entries)
    return found


@click.command()
@click.option("--plan", "is_plan", is_flag=True, help="Print the commands, and change nothing. This is the default.")
@click.option("--apply", "is_applied", is_flag=True, help="Run the commands that are not done yet, over mongos.")
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="ZONE=CODE,CODE",
    callback=_named_lists,
    help="A region, and the codes of its locations. May be repeated.",
)
@click.option(
    "--zones-file",
    type=TextFile(),
    help="A file with a line ZONE=CODE,CODE for each region; # begins a comment.",
)
@click.option(
    "--shard",
    "shards",
    multiple=True,
    metavar="SHARD=ZONE,ZONE",
    callback=_named_lists,
    help="A shard, as config.shards names it, and the zones that it keeps. May be repeated.",
)
@click.option("--json", "is_json", is_flag=True, help="Print the plan as one document of JSON.")
@click.pass_context
def shard(
    context: click.Context,
    *,
    is_plan: bool,
    is_applied: bool,
    zones: dict[str, list[str]],
    zones_file: str | None,
    shards: dict[str, list[str]],
    is_json: bool,
) -> None:
    """Print or run the commands that divide the database over the shards of a MongoDB cluster.

    The plan is a script for mongosh. With STOCKPULSE_MONGO_URL it says what is done already, else it is that of a new
    database. --apply asks mongos itself; stop every process of Stockpulse before, and start them again after.
    """
    from app.server.commands.shard import ShardOptions  # noqa: PLC0415 - see the rule above
    from app.server.commands.shard import shard as run  # noqa: PLC0415
    from app.store.sharding.plan import ShardPlanError, Zones  # noqa: PLC0415

    if is_plan and is_applied:
        raise click.UsageError("Give --plan or --apply, not both.")
    if zones_file is not None:
        lines = [line.partition("#")[0].strip() for line in zones_file.splitlines()]
        for zone, codes in _named_lists(context, context.command.params[2], [line for line in lines if line]).items():
            zones.setdefault(zone, []).extend(codes)
    try:
        options = ShardOptions(zones=Zones(locations=zones, shards=shards), is_applied=is_applied, is_json=is_json)
        click.echo(run(settings_of(), options))
    except ShardPlanError as error:
        raise click.ClickException(str(error)) from error
