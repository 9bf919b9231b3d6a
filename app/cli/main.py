"""The `stockpulse` command: a table of contents.

Rule: a command's body lives in a module of its own, imported when the command runs, so that `--help` stays quick.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from app.cli.audit import audit
from app.cli.backup import backup, rebuild
from app.cli.bench import bench
from app.cli.demo import demo
from app.cli.documents import documents
from app.cli.export import export
from app.cli.import_ import import_
from app.cli.keys import keys
from app.cli.reconcile import reconcile
from app.cli.reorder import reorder
from app.cli.replay import replay
from app.cli.roles import roles
from app.cli.settings import settings_of
from app.cli.text import print_anything
from app.cli.users import users
from app.config import PREFIX, Settings

F = TypeVar("F", bound=Callable[..., Any])


def _option(name: str, **kind: Any) -> Callable[[F], F]:  # noqa: ANN401 - click's own options
    """Return an option for a setting; it wins over the setting's variable."""
    field = Settings.model_fields[name]
    flag = name.replace("_", "-")
    declaration = f"--{flag}/--no-{flag}" if isinstance(field.default, bool) else f"--{flag}"
    text = f"{field.description} [{PREFIX}{name.upper()}; default: {field.default}]"
    return click.option(declaration, default=None, help=text, **kind)


def _listed(name: str, flag: str, metavar: str) -> Callable[[F], F]:
    """Return an option that is given once for each member of a setting's list."""
    text = f"{Settings.model_fields[name].description} May be given several times. [{PREFIX}{name.upper()}]"
    return click.option(flag, name, multiple=True, metavar=metavar, help=text)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stockpulse")
def main() -> None:
    """Run Stockpulse, a live inventory server."""
    print_anything()


main.add_command(documents)
main.add_command(audit)
main.add_command(backup)
main.add_command(bench)
main.add_command(demo)
main.add_command(export)
main.add_command(import_)
main.add_command(keys)
main.add_command(rebuild)
main.add_command(reconcile)
main.add_command(reorder)
main.add_command(replay)
main.add_command(roles)
main.add_command(users)


@main.command()
@_option("host")
@_option("port", type=int)
@_listed("allowed_hosts", "--allow-host", "NAME")
@_listed("allowed_origins", "--allow-origin", "ORIGIN")
@_option("workers", type=int)
@_option("data_dir", type=click.Path(path_type=Path))
@_option("demo")
@_option("plain_execution")
def serve(**options: Any) -> None:  # noqa: ANN401 - the settings check them
    """Start the server, and a MongoDB and a Redis of its own unless others are configured."""
    from app.embedded import EmbeddedError  # noqa: PLC0415 - see the rule above
    from app.server.preflight import PreflightError  # noqa: PLC0415
    from app.server.serve import serve as run  # noqa: PLC0415

    settings = settings_of(**options)
    console = Console(highlight=False, markup=False, soft_wrap=True)  # lines stay whole, to be copied
    try:
        raise SystemExit(run(settings, report=console.print))
    except (EmbeddedError, PreflightError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
def config() -> None:
    """Print every setting with its value, secrets hidden."""
    for variable, value, description in settings_of().explained():
        click.echo(f"# {description}\n{variable}={value}\n")


@main.command("bootstrap-key")
def bootstrap_key() -> None:
    """Print a new API key for STOCKPULSE_BOOTSTRAP_KEY. No server knows it before that is set."""
    from app.security.key_form import new_key_text, new_prefix  # noqa: PLC0415

    click.echo(new_key_text(new_prefix()))


@main.command("secret-key")
def secret_key() -> None:
    """Print a new key for STOCKPULSE_SECRET_KEYS."""
    from app.security.secret_key import new_secret_key  # noqa: PLC0415

    click.echo(new_secret_key())
