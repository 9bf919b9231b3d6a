"""What production refuses, setting by setting, and how secrets come from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from app.cli.main import main
from app.cli.settings import settings_of
from app.config import SecretFileError, Settings, environment_of, secret_file_variables
from app.security.secret_key import new_secret_key
from app.server.checks.preflight import PreflightError
from app.server.checks.safe_settings import check_safety, is_loopback, unsafe_settings

KEY = new_secret_key()
SAFE: dict[str, Any] = {
    "env": "production",
    "auth": "required",
    "demo": False,
    "secret_keys": KEY,
    "host": "0.0.0.0",  # noqa: S104 - behind a proxy
    "allowed_hosts": ("stock.example",),
    "trusted_proxies": ("10.0.0.5",),
    "mongo_url": "mongodb://shop:s3same@db1.example,db2.example/?replicaSet=rs0&tls=true&tlsCAFile=/ca.pem",
    "redis_url": "rediss://:s3same@redis.example:6379/0",
}
MONGO, REDIS = "mongodb://shop:s3same@db.example/", "rediss://:s3same@redis.example"


def unsafe(**settings: Any) -> list[str]:  # noqa: ANN401 - settings of any type
    """Return the names of what is not safe, where all else is."""
    return [each.name for each in unsafe_settings(Settings.model_validate(SAFE | settings))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auth", "none"),
        ("demo", True),
        ("secret_keys", None),
        ("oidc_secret", "s3same" * 6),
        ("allowed_hosts", ()),
        ("allowed_hosts", ("stock.example", "*")),
        ("allowed_origins", ("*",)),
        ("trusted_proxies", ()),
        ("webhook_allow_private", True),
        ("log_level", "debug"),
        ("mongo_url", MONGO),
        ("mongo_url", f"{MONGO}?tls=false"),
        ("mongo_url", "mongodb+srv://shop:s3same@db.example/?tls=false"),
        ("mongo_url", f"{MONGO}?tls=true&tlsInsecure=true"),
        ("mongo_url", f"{MONGO}?tls=true&tlsAllowInvalidCertificates=true"),
        ("mongo_url", f"{MONGO}?tls=true&tlsAllowInvalidHostnames=true"),
        ("mongo_url", "mongodb://db.example/?tls=true"),
        ("mongo_url", "mongodb://shop@db.example/?tls=true"),
        ("mongo_url", "mongodb://localhost,db.example/?replicaSet=rs0&authMechanism=MONGODB-X509"),
        ("redis_url", "redis://:s3same@redis.example"),
        ("redis_url", "rediss://redis.example"),
        ("redis_url", "redis+cluster://shop:s3same@node1.example,node2.example"),
        ("redis_url", "rediss+sentinel://127.0.0.1,sentinel.example/main"),
        ("redis_url", f"{REDIS}?ssl_cert_reqs=none"),
        ("redis_url", f"{REDIS}?ssl_check_hostname=false"),
    ],
)
def test_production_refuses(name: str, value: object) -> None:
    """Each unsafe value is named by its setting, with what to do, and nothing else is."""
    settings = Settings.model_validate(SAFE | {name: value})
    [found] = unsafe_settings(settings)
    assert found.name == name
    assert str(found).startswith(f"STOCKPULSE_{name.upper()}: ")
    assert "s3same" not in str(found)
    with pytest.raises(PreflightError) as refused:
        check_safety(settings, print)
    assert str(refused.value).splitlines()[1:] == [f"  {found}"]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"host": "127.0.0.1", "trusted_proxies": ()},
        {"mongo_url": None, "redis_url": None},
        {
            "mongo_url": "mongodb://127.0.0.1:27017,[::1]:27018,localhost/?replicaSet=rs0",
            "redis_url": "redis://[::1]/0",
        },
        {"mongo_url": "mongodb://%2Ftmp%2Fmongodb-27017.sock/", "redis_url": "unix:///run/redis.sock"},
        {"mongo_url": "mongodb+srv://shop:s3same@db.example/"},
        {"mongo_url": "mongodb://db.example/?tls=true&authMechanism=MONGODB-X509&tlsCertificateKeyFile=/me.pem"},
        {"redis_url": "rediss://redis.example?password=s3same"},
        {"redis_url": "rediss+sentinel://shop:s3same@sentinel1.example,sentinel2.example/main"},
        {"redis_url": "redis+cluster://127.0.0.1:7000,[::1]:7001"},
        {"mongo_url": "mongodb://mongo/", "redis_url": "redis://redis/0", "database_network_trusted": True},
    ],
)
def test_production_takes(settings: dict[str, Any]) -> None:
    """What does not leave the machine needs neither TLS nor a password, and a network of their own may be trusted."""
    assert unsafe(**settings) == []


def test_everything_unsafe_is_named_at_once() -> None:
    """An operator does not learn of them one start at a time; the defaults are for development."""
    found = unsafe_settings(Settings(env="production", auth="none", host="0.0.0.0"))  # noqa: S104
    assert [each.name for each in found] == ["auth", "demo", "secret_keys", "allowed_hosts", "trusted_proxies"]


def test_development_warns_where_others_reach_it() -> None:
    """And takes every setting; production that is safe says nothing."""
    told: list[str] = []
    for settings in ({"host": "0.0.0.0"}, {"host": "127.0.0.1"}, SAFE):  # noqa: S104
        check_safety(Settings.model_validate(settings), told.append)
    [warning] = told
    assert "0.0.0.0 may be reached from elsewhere. Set STOCKPULSE_ENV=production" in warning


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("localhost.example", False),
        ("", False),
        ("10.0.0.5", False),
    ],
)
def test_loopback_is_known(host: str, *, expected: bool) -> None:
    """Every other host may be reached from elsewhere."""
    assert is_loopback(host) is expected


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the line end that editors add; `serve` hands it to the workers in place of the file."""
    (tmp_path / "keys").write_text(f"{KEY}\n")
    monkeypatch.setenv("STOCKPULSE_SECRET_KEYS_FILE", str(tmp_path / "keys"))
    settings = settings_of()
    assert settings.secret_keys is not None
    assert settings.secret_keys.get_secret_value() == KEY
    assert environment_of(settings)["STOCKPULSE_SECRET_KEYS"] == KEY
    assert {"STOCKPULSE_SECRET_KEYS_FILE", "STOCKPULSE_MONGO_URL_FILE"} <= set(secret_file_variables())
    assert "STOCKPULSE_HOST_FILE" not in secret_file_variables()


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda path: path.unlink(), r"STOCKPULSE_SECRET_KEYS_FILE: .*keys cannot be read \(No such file"),
        (lambda path: path.write_bytes(b"\xff"), r"cannot be read \(it is no text\)"),
        (lambda path: path.write_text("\n"), r"STOCKPULSE_SECRET_KEYS_FILE: .*keys is empty"),
        (lambda path: path.write_text("s3same"), r"STOCKPULSE_SECRET_KEYS: holds no key as number 1"),
    ],
)
def test_a_file_without_a_secret_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoil: Callable[[Path], object], complaint: str
) -> None:
    """It names the variable and the file, and shows nothing of what is in it."""
    path = tmp_path / "keys"
    path.write_text(KEY)
    spoil(path)
    monkeypatch.setenv("STOCKPULSE_SECRET_KEYS_FILE", str(path))
    with pytest.raises(click.UsageError, match=complaint) as refused:
        settings_of()
    assert "s3same" not in str(refused.value)


def test_a_secret_that_is_set_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of the two counts would be a guess."""
    monkeypatch.setenv("STOCKPULSE_SECRET_KEYS", KEY)
    monkeypatch.setenv("STOCKPULSE_SECRET_KEYS_FILE", str(tmp_path / "keys"))
    with pytest.raises(SecretFileError, match="are both set"):
        Settings()


def test_no_secret_is_an_option_of_serve() -> None:
    """Options are in the list of processes, which every user of the machine reads."""
    options = {f"STOCKPULSE_{parameter.name.upper()}_FILE" for parameter in main.commands["serve"].params}
    assert options & set(secret_file_variables()) == set()


def test_a_wrong_setting_is_named_as_it_is_written() -> None:
    """Names of variables in a message keep their capitals, which one of the environment needs."""
    with pytest.raises(click.UsageError) as refused:
        settings_of(otlp_endpoint="127.0.0.1:4318", workers=0)
    assert "OTEL_EXPORTER_OTLP_HEADERS" in str(refused.value)
    assert "STOCKPULSE_WORKERS: input should be" in str(refused.value)
