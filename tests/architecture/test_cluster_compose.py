"""What may be said about the compose file of a cluster, and about what it is started with, without a Docker engine."""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymongo.uri_parser import parse_uri

from app.cli.main import main
from app.config import PREFIX, Settings
from app.config.secret_files import is_secret
from app.embedded.cluster.secret_files import MONGODS, REDIS_MASTER, SENTINELS, USERS, make_secrets
from app.live.redis_address import RedisAddress, Topology

ROOT = Path(__file__).parents[2]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.cluster.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
ONCE = {"secrets", "replica-set"}  # they end when their work is done
RIGHTS = {"secrets": ["CHOWN", "DAC_OVERRIDE", "FOWNER"], "caddy": ["NET_BIND_SERVICE"]}
APIS = {name for name in SERVICES if name.startswith("api-")}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the first start writes."""
    folder = tmp_path_factory.mktemp("secrets")
    assert make_secrets(folder) is True
    return folder


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little_and_comes_back(name: str) -> None:
    """Its files cannot change, it gets no right that it has not, has a bound of memory, and is looked after."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert service.get("cap_add", []) == {
        "secrets": ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
        "caddy": ["NET_BIND_SERVICE"],
    }.get(name, [])
    assert re.fullmatch(r"\d+[MG]", service["deploy"]["resources"]["limits"]["memory"])
    assert service["restart"] == {"secrets": "no", "replica-set": "on-failure"}.get(name, "unless-stopped")
    assert service["healthcheck"] == {"disable": True} if name in ONCE else service["healthcheck"]["test"][0] != "NONE"
    assert not {"privileged", "ulimits", "devices"} & service.keys()
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?", service["image"])


def test_a_service_waits_for_what_it_needs() -> None:
    """Those that end have to have succeeded, and the others to be healthy; all are there."""
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": expected}, (name, other)
    assert SERVICES["caddy"]["depends_on"].keys() == APIS
    assert {"replica-set", *SENTINELS} == SERVICES["api-1"]["depends_on"].keys()
    assert {*MONGODS} == SERVICES["replica-set"]["depends_on"].keys()


def test_only_this_machine_reaches_it() -> None:
    """Of all services the proxy and the graphs publish a port, on loopback."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"caddy": ["127.0.0.1:8443:443"], "grafana": ["127.0.0.1:3000:3000"]}


def test_what_is_mounted_is_there_and_nothing_in_the_file_is_secret() -> None:
    """Folders are of the repository and cannot be changed; each service has its own secrets."""
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source, _, rest = mount.partition(":")
            if source.startswith("."):
                assert (ROOT / source).exists()
                assert rest.endswith(":ro")
            else:
                assert source in FILE["volumes"]
            if source.startswith("secrets-") and name != "secrets":
                assert rest == "/run/secrets:ro"
    mounted = {mount.partition(":")[0] for mount in SERVICES["secrets"]["volumes"]}
    assert mounted == {"secrets", *(f"secrets-{service}" for service in USERS)}
    assert "password" not in str(SERVICES).replace("admin-password", "").replace(
        "mongo-admin-password", ""
    ).lower().replace("gf_security_admin_password__file", "")


def test_the_environment_of_a_server_consists_of_settings() -> None:
    """What is secret comes as a file that the first start writes; the server takes the options."""
    for name in APIS:
        environment: dict[str, str] = SERVICES[name]["environment"]
        for variable in environment:
            setting = variable.removeprefix(PREFIX).removesuffix("_FILE").lower()
            field = Settings.model_fields[setting]
            assert is_secret(field.annotation) == variable.endswith("_FILE"), variable
        command, *options = SERVICES[name]["command"]
        with main.commands[command].make_context(command, options) as context:
            assert context.params["host"] == "0.0.0.0"  # noqa: S104 - inside the container
        assert float(environment["STOCKPULSE_DRAIN_SECONDS"]) + 10 < int(SERVICES[name]["stop_grace_period"][:-1])


def test_secrets_are_made_once_for_the_services_that_are_there(secrets: Path) -> None:
    """Only their user reads them, URLs name services, and a second start leaves everything as it is."""
    files = {path.relative_to(secrets): path.read_bytes() for path in secrets.rglob("*") if path.is_file()}
    assert make_secrets(secrets) is False
    assert files == {path.relative_to(secrets): path.read_bytes() for path in secrets.rglob("*") if path.is_file()}
    assert {stat.S_IMODE((secrets / path).stat().st_mode) for path in files if path.name != "complete"} == {0o400}
    (redis_url, mongo_url) = (files[Path("api", name)].decode() for name in ("redis-url", "mongo-url"))
    address = RedisAddress.parse(redis_url)
    assert (address.topology, {node.host for node in address.nodes}) == (Topology.SENTINEL, {*SENTINELS})
    readable = re.sub(r"&tlsCAFile=[^&]+", f"&tlsCAFile={secrets / 'api' / 'ca.pem'}", mongo_url)
    assert {host for host, _ in parse_uri(readable)["nodelist"]} == {*MONGODS}
    assert {*MONGODS, *SENTINELS, REDIS_MASTER} <= SERVICES.keys()
    wanted = {
        path.rpartition("/")[2] for path in SERVICES["api-1"]["environment"].values() if path.startswith("/run/secrets")
    }
    assert wanted <= {path.name for path in files if path.parts[0] == "api"}


@pytest.mark.parametrize("name", ["redis-1", "sentinel-1"])
def test_redis_and_sentinels_may_write_to_their_copy(name: str, secrets: Path, tmp_path: Path) -> None:
    """A Sentinel ends where it cannot rewrite its file, and the secret that it is a copy of is read-only."""
    program, option, script, *_ = SERVICES[name]["entrypoint"]
    for there, here in {"/run/secrets": secrets / "redis", "/data": tmp_path, "redis-server": "true"}.items():
        script = script.replace(there, str(here))
    subprocess.run([program, option, script], check=True)  # noqa: S603 - our own compose file
    [copy] = tmp_path.iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_proxy_knows_the_servers() -> None:
    """All of them, at the port that they listen on, and the network is the one that they believe."""
    assert SERVICES["caddy"]["environment"]["STOCKPULSE_UPSTREAMS"].split() == [f"{name}:8000" for name in sorted(APIS)]
    [network] = FILE["networks"]["default"]["ipam"]["config"]
    assert SERVICES["api-1"]["environment"]["STOCKPULSE_TRUSTED_PROXIES"] == network["subnet"]
    assert SERVICES["replica-set"]["command"][1:] == [f"{name}:27017" for name in MONGODS]


def test_prometheus_finds_each_server_its_token_and_its_rules(secrets: Path) -> None:
    """By the name that all servers have in its network, at the port that they listen on; Grafana finds Prometheus."""
    asked = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    [job] = asked["scrape_configs"]
    [found] = job["dns_sd_configs"]
    [name] = found["names"]
    named = {
        each for each, service in SERVICES.items() if name in _networks(service).get("default", {}).get("aliases", ())
    }
    assert named == APIS
    assert name not in SERVICES.keys() - APIS
    assert {f"{each}:{found['port']}" for each in APIS} == {
        *SERVICES["caddy"]["environment"]["STOCKPULSE_UPSTREAMS"].split()
    }
    assert "default" in _networks(SERVICES["prometheus"])
    folder, _, token = job["authorization"]["credentials_file"].rpartition("/")
    assert f"secrets-prometheus:{folder}:ro" in SERVICES["prometheus"]["volumes"]
    given = (secrets / "prometheus" / token).read_text()
    assert given == (secrets / "api" / "metrics-token").read_text()
    assert SERVICES["api-1"]["environment"]["STOCKPULSE_METRICS_TOKEN_FILE"] == "/run/secrets/metrics-token"
    assert Settings(metrics_token=given).metrics_token is not None  # type: ignore[arg-type]
    assert all((ROOT / "deploy/prometheus" / rules).exists() for rules in asked["rule_files"])
    [source] = yaml.safe_load(next((ROOT / "deploy/grafana/provisioning/datasources").iterdir()).read_text())[
        "datasources"
    ]
    assert source["url"] == "http://prometheus:9090"
    assert "default" in _networks(SERVICES["grafana"])


def _networks(service: dict[str, Any]) -> dict[str, Any]:
    """Return the networks that a service is in, with its names there."""
    if "network_mode" in service:
        return {}
    networks: dict[str, Any] = service.get("networks", {"default": {}})
    return networks


@pytest.mark.skipif(shutil.which("caddy") is None, reason="needs Caddy")
def test_caddy_takes_its_file() -> None:
    """As Debian's package has it, which is older than the image."""
    command = ["caddy", "validate", "--config", "deploy/caddy/Caddyfile", "--adapter", "caddyfile"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    assert done.returncode == 0, done.stderr
