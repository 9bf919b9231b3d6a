"""What may be said about the image and the compose file without a Docker engine."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli.main import main
from app.config import PREFIX, Settings
from tests.support.secret_keys import SECRET_KEYS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROBE_TIMEOUT_SECONDS = 30

# Each instruction on one line, as Docker reads it.
INSTRUCTIONS = [
    line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", "", DOCKERFILE).splitlines() if line[:1].isupper()
]
FINAL_STAGE = INSTRUCTIONS[max(number for number, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]


def final(name: str) -> str:
    """Return the argument of an instruction of the final stage; the last one counts."""
    return [argument for instruction, argument in FINAL_STAGE if instruction == name][-1]


def test_ports_are_published_on_loopback_only() -> None:
    """Nobody on the network reaches a development setup, and nobody at all its databases."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:8000:8000"]}


def test_images_are_pinned_to_a_minor_version() -> None:
    """Neither `latest` nor a bare major version: an upgrade is a change to a file."""
    origins = [argument.split() for name, argument in INSTRUCTIONS if name == "FROM"]
    stages = {words[2] for words in origins if words[1:2] == ["AS"]}
    images = [words[0] for words in origins if words[0] not in stages]
    images += [service["image"] for service in SERVICES.values() if "image" in service]
    assert len(images) == 3
    assert [image for image in images if not re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image)] == []


def test_the_api_waits_until_its_databases_are_healthy() -> None:
    """Each other service has a health check, and the API starts after all of them pass."""
    databases = {name for name in SERVICES if name != "api"}
    assert SERVICES["api"]["depends_on"] == {name: {"condition": "service_healthy"} for name in databases}
    assert {name for name in databases if SERVICES[name]["healthcheck"]["test"][0] == "CMD"} == databases


def test_every_service_comes_back_by_itself() -> None:
    """A crash or a restart of the machine needs nobody."""
    assert {service["restart"] for service in SERVICES.values()} == {"unless-stopped"}


def test_only_the_stock_is_kept() -> None:
    """MongoDB has a named volume; Redis writes nothing to disk."""
    assert SERVICES["mongo"]["volumes"] == ["mongo-data:/data/db"]
    assert SERVICES["redis"]["command"] == ["redis-server", "--save", "", "--appendonly", "no"]


def test_the_replica_set_has_one_name() -> None:
    """The member is started, initiated and asked for under the same name and address."""
    mongo = SERVICES["mongo"]
    assert mongo["command"][:2] == ["--replSet", "rs0"]
    assert "rs.initiate({_id: 'rs0', members: [{_id: 0, host: 'mongo:27017'}]})" in mongo["healthcheck"]["test"][-1]
    assert SERVICES["api"]["environment"]["STOCKPULSE_MONGO_URL"] == "mongodb://mongo:27017/?replicaSet=rs0"


def test_the_environment_consists_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each variable is one that the server reads, with a value that it accepts."""
    environment = given(SECRET_KEYS=SECRET_KEYS.get_secret_value())
    monkeypatch.delenv(f"{PREFIX}AUTH")  # the one of tests
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    given_here = {name for name, value in environment.items() if value}
    assert {name.removeprefix(PREFIX).lower() for name in given_here} == settings.model_fields_set
    assert settings.demo is True


def given(**variables: str) -> dict[str, str]:
    """Return the API's environment where an operator has set these variables; fail as compose does where one misses."""

    def value(match: re.Match[str]) -> str:
        if match["name"] not in variables and match["complaint"]:
            raise ValueError(f"{match['name']} {match['complaint']}")
        return variables.get(match["name"], "")

    form = re.compile(rf"\$\{{{PREFIX}(?P<name>\w+):[?-](?P<complaint>[^}}]*)\}}")
    return {name: form.sub(value, str(text)) for name, text in SERVICES["api"]["environment"].items()}


def test_a_missing_secret_is_said_with_the_command_that_makes_it() -> None:
    """The message leads to it, and what it writes is in neither the repository nor the image."""
    with pytest.raises(ValueError, match="SECRET_KEYS is missing - the head of docker-compose"):
        given()
    assert given(SECRET_KEYS="k")["STOCKPULSE_BOOTSTRAP_KEY"] == ""
    head = (ROOT / "docker-compose.yml").read_text().partition("services:")[0]
    assert '#   echo "STOCKPULSE_SECRET_KEYS=$(openssl rand -base64 32)" > .env\n' in head
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!.env" not in (ROOT / ".dockerignore").read_text()


def test_the_container_can_change_nothing() -> None:
    """Its file system is read-only, it has no capability, and gets no new one; only /tmp takes files."""
    api = SERVICES["api"]
    assert (api["read_only"], api["cap_drop"], api["tmpfs"]) == (True, ["ALL"], ["/tmp"])  # noqa: S108
    assert api["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "user", "volumes"} & api.keys()


@pytest.mark.parametrize("arguments", [SERVICES["api"]["command"], json.loads(final("CMD"))], ids=["compose", "image"])
def test_the_start_command_is_one_of_ours(arguments: list[str]) -> None:
    """The container runs `stockpulse` with a command and options that it knows, reachable from outside."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert json.loads(final("ENTRYPOINT")) == ["stockpulse"]
    assert "stockpulse" in scripts
    with main.commands[arguments[0]].make_context(arguments[0], arguments[1:]) as context:
        assert context.params["host"] == "0.0.0.0"  # noqa: S104 -- inside the container


def test_the_image_runs_without_root() -> None:
    """The user is a number other than zero, so that an orchestrator can check it."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", final("USER"))


def test_a_container_is_stopped_gracefully() -> None:
    """SIGTERM, and more time than the ten seconds that a graceful stop may take."""
    assert final("STOPSIGNAL") == "SIGTERM"
    assert int(SERVICES["api"]["stop_grace_period"].removesuffix("s")) > 10


def test_all_that_the_image_copies_is_in_the_build_context() -> None:
    """The .dockerignore lets through what the Dockerfile needs."""
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source.split("/")[0]
        for name, argument in INSTRUCTIONS
        if name == "COPY" and "--from=" not in argument
        for source in argument.split()[:-1]
    }
    assert copied == let_through


@pytest.mark.parametrize(("status", "exit_status"), [(200, 0), (503, 1), (404, 1)])
def test_the_image_is_healthy_when_the_server_is_ready(status: int, exit_status: int) -> None:
    """The image's health check passes exactly when /readyz answers 200, whatever proxy is configured."""
    with answering(status) as (port, asked):
        assert run_health_check(port) == exit_status
    assert asked == ["/readyz"]


def test_the_image_is_unhealthy_when_nothing_listens() -> None:
    """A refused connection is not health."""
    with answering(200) as (port, _):
        pass
    assert run_health_check(port) == 1


def run_health_check(port: int) -> int:
    """Run the command of the image's HEALTHCHECK with this Python; return its exit status."""
    program, *arguments = json.loads(final("HEALTHCHECK").partition("CMD ")[2])
    assert program == "python"
    environment = os.environ | {"STOCKPULSE_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(  # noqa: S603 -- our own file's command
        [sys.executable, *arguments], env=environment, capture_output=True, timeout=PROBE_TIMEOUT_SECONDS, check=False
    )
    return done.returncode


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """Answer every GET with a status; yield the port, and the list to which each path is added."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            serving.join()
