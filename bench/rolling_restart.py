"""`python -m bench.rolling_restart`: two servers behind Caddy, restarted in turn under load, and what clients felt.

It is a soak of a minute with `deploy/caddy/Caddyfile` in place of clients that choose their server, so that everything
that a soak proves is proven here, too. It takes a Caddy on PATH.
"""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from app.client.soak.faults.schedule import FaultKind
from app.client.soak.main import planned, soak
from app.client.soak.options import SoakOptions
from app.client.soak.parts import SoakPlace
from app.embedded.cluster.cluster import is_ready
from app.embedded.cluster.member import ClusterMember
from app.embedded.cluster.waiting import FORM_SECONDS, within
from app.embedded.ports import free_ports
from app.embedded.server import LOOPBACK
from app.server.commands.soak_installation import SmallInstallation

CADDYFILE = Path(__file__).parent.parent / "deploy" / "caddy" / "Caddyfile"
REPORT = Path("build", "rolling-restart")
SUBSCRIBERS, SEED = 8, 1


class BehindCaddy(SmallInstallation):
    """Servers that share their databases; clients know the address of Caddy alone."""

    port = 0

    @property
    def urls(self) -> list[str]:
        """The GraphQL endpoint of Caddy."""
        return [f"http://{LOOPBACK}:{self.port}/graphql"]


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1, 60), default=1.0, show_default=True, help="How long it lasts.")
@click.option("--every", type=click.FloatRange(1), default=26.0, show_default=True, help="Seconds between restarts.")
@click.option("--rate", type=click.FloatRange(1, 1_000), default=20.0, show_default=True, help="Operations per second.")
@click.option("--drain", type=click.FloatRange(0, 60), default=4.0, show_default=True, help="Seconds of each server.")
def main(*, minutes: float, every: float, rate: float, drain: float) -> None:
    """Restart both servers again and again, and write a report into build/rolling-restart."""
    program = shutil.which("caddy")
    if program is None:
        raise click.ClickException("There is no caddy on PATH.")
    os.environ["STOCKPULSE_DRAIN_SECONDS"] = str(drain)
    REPORT.mkdir(parents=True, exist_ok=True)
    options = SoakOptions(
        seconds=minutes * 60,
        rate=rate,
        seed=SEED,
        fault_names=[FaultKind.RESTART.value],
        fault_every_seconds=every,
        subscribers=SUBSCRIBERS,
        report=REPORT,
        stops_on_failure=False,
        is_quiet=False,
        command=shlex.join(["python", "-m", "bench.rolling_restart", *sys.argv[1:]]),
    )
    with tempfile.TemporaryDirectory() as folder:
        own = BehindCaddy(Path(folder, "installation"), processes=2, report=click.echo)
        with own, _caddy(program, own, Path(folder)):
            place = SoakPlace(own.urls, own.key, own)
            sys.exit(soak(place, options, planned(own.roles, options), Console()))


@contextmanager
def _caddy(program: str, own: BehindCaddy, folder: Path) -> Iterator[None]:
    """Run Caddy in front of the servers while the context is open."""
    [own.port] = free_ports(1)
    caddy = ClusterMember(
        name="caddy",
        port=own.port,
        command=[program, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
        folder=folder,
        environment={
            "STOCKPULSE_SITE": f"http://{LOOPBACK}:{own.port}",
            "STOCKPULSE_UPSTREAMS": " ".join(f"{LOOPBACK}:{api.port}" for api in own.apis),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
        },
    )
    caddy.start()
    try:
        caddy.wait_until_listening()
        within(FORM_SECONDS, lambda: is_ready(own.port), "Caddy finds no server that is ready")
        yield
    finally:
        caddy.kill()


if __name__ == "__main__":
    main()
