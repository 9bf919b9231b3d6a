"""The secrets of `docker-compose.cluster.yml`, made at its first start: keys, passwords, certificates.

`python -m app.embedded.cluster.secret_files FOLDER` writes a folder for each kind of service, which is its volume.

Rule: what is there is left as it is, so that the second start changes nothing; and each folder belongs to the user of
its service alone.
"""

import base64
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

from app.embedded.cluster.certificates import an_authority

LIFETIME = timedelta(days=3_650)  # of the certificates: it is a cluster to try
MONGODS = ("mongo-1", "mongo-2", "mongo-3")
SENTINELS = ("sentinel-1", "sentinel-2", "sentinel-3")
REDIS_MASTER = "redis-1"  # until Sentinels choose another
# The users of the images, by number, as the images make them.
USERS = {"mongo": 999, "redis": 999, "api": 10_001, "prometheus": 65_534, "grafana": 472}
DONE = "complete"


def make_secrets(folder: Path) -> bool:
    """Write everything that is missing; return whether anything was. Raises OSError."""
    if (folder / DONE).exists():
        return False
    admin, user, redis, sentinel, metrics = (secrets.token_urlsafe(32) for _ in range(5))
    authority = an_authority(folder / "api" / "authority", lifetime=LIFETIME)
    ca = authority.ca_file.read_text()
    certificate = authority.server_file(hosts=("127.0.0.1", "localhost", *MONGODS), lifetime=LIFETIME)
    hosts = ",".join(f"{name}:27017" for name in MONGODS)
    sentinels = ",".join(f"{name}:26379" for name in SENTINELS)
    files = {
        "mongo": {
            "ca.pem": ca,
            "server.pem": certificate.read_text(),
            "members.key": base64.b64encode(os.urandom(96)).decode(),
        },
        "redis": {"server.conf": _of_server(redis), "sentinel.conf": _of_sentinel(redis, sentinel)},
        "api": {
            "ca.pem": ca,
            "mongo-url": f"mongodb://stockpulse:{user}@{hosts}/?replicaSet=stockpulse&authSource=admin&tls=true"
            "&tlsCAFile=/run/secrets/ca.pem",
            "mongo-admin-password": admin,
            "redis-url": f"redis+sentinel://:{redis}@{sentinels}/stockpulse?sentinel_password={sentinel}",
            "secret-keys": base64.b64encode(os.urandom(32)).decode(),
            "bootstrap-key": f"sp_cluster23456_{secrets.token_urlsafe(32)}",
            "metrics-token": metrics,
        },
        "prometheus": {"stockpulse-metrics-token": metrics},
        "grafana": {"admin-password": secrets.token_urlsafe(16)},
    }
    certificate.unlink()
    authority.ca_file.unlink()
    authority.directory.rmdir()
    for service, contents in files.items():
        _write(folder / service, contents, owner=USERS[service])
    (folder / DONE).touch()
    return True


def _write(folder: Path, contents: dict[str, str], *, owner: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        path = folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o400)
        path.chmod(0o600)
        path.write_text(text)
        path.chmod(0o400)
        if os.geteuid() == 0:
            os.chown(path, owner, owner)
    if os.geteuid() == 0:
        os.chown(folder, owner, owner)
    folder.chmod(0o500)


def _of_server(password: str) -> str:
    return "\n".join(
        [
            *("bind * -::*", "port 6379", "dir /data", f"requirepass {password}", f"masterauth {password}"),
            # It carries events and keeps nothing: what a client misses is read from MongoDB.
            *('save ""', "appendonly no", "repl-diskless-sync yes", "repl-diskless-sync-delay 0"),
            *("replica-announce-port 6379", "maxmemory 192mb", "maxmemory-policy volatile-ttl", ""),
        ]
    )


def _of_sentinel(password: str, own_password: str) -> str:
    return "\n".join(
        [
            *("bind * -::*", "port 26379", "dir /data", f"requirepass {own_password}"),
            *(f"sentinel sentinel-pass {own_password}", "sentinel resolve-hostnames yes"),
            *("sentinel announce-hostnames yes", f"sentinel monitor stockpulse {REDIS_MASTER} 6379 2"),
            *(f"sentinel auth-pass stockpulse {password}", "sentinel down-after-milliseconds stockpulse 5000"),
            *("sentinel failover-timeout stockpulse 20000", "sentinel parallel-syncs stockpulse 1", ""),
        ]
    )


if __name__ == "__main__":
    make_secrets(Path(sys.argv[1]))
