"""`stockpulse serve`: the server.

Rule: each option is a setting, and says so.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.settings import settings_of
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


@click.command()
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
    from app.embedded import EmbeddedError  # noqa: PLC0415 - not for --help
    from app.server.checks.preflight import PreflightError  # noqa: PLC0415
    from app.server.commands.serve import serve as run  # noqa: PLC0415
    from app.server.process.log import reports  # noqa: PLC0415

    settings = settings_of(**options)
    try:
        raise SystemExit(run(settings, report=click.echo))
    except (EmbeddedError, PreflightError) as error:
        if settings.log_format == "json":
            reports.critical("%s", error)
            raise SystemExit(1) from error
        raise click.ClickException(str(error)) from error
