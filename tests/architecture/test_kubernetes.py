"""What may be said about the manifests for Kubernetes without a cluster: each by its schema, and all of them together.

Where kubectl is there, it builds them; else the files are read as they are, which kustomize only labels and renames.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from app.cli.main import COMMANDS
from app.config import Settings, secret_file_variables
from app.config.variables import variable_of
from app.server.checks.safe_settings import unsafe_settings
from app.server.process.stop_deadline import STOP_SECONDS
from tests.architecture.test_compose import final

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
VERSION = "1.33"
CUSTOM = {"Kustomization", "Component", "ServiceMonitor"}  # kinds without a schema there
KUSTOMIZATIONS = ["base", "components/prometheus", "overlays/production"]
NAME = {"app.kubernetes.io/name": "stockpulse"}  # what kustomize adds to labels and selectors

Manifest = dict[str, Any]


@cache
def manifests(folder: str) -> list[Manifest]:
    """Return what the files of a folder have, but patches and values for other programs."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / folder).glob("*.yaml"))]
    return [each for each in read if isinstance(each, dict) and "kind" in each]


def one(kind: str, folder: str = "base") -> Manifest:
    """Return the one manifest of a kind."""
    [found] = [each for each in manifests(folder) if each["kind"] == kind]
    return found


def pods() -> Iterator[Manifest]:
    """Yield the specifications of pods, of the server and of the job."""
    for kind in ("Deployment", "Job"):
        yield one(kind)["spec"]["template"]["spec"]


def container() -> Manifest:
    """Return the container of the server."""
    [found] = one("Deployment")["spec"]["template"]["spec"]["containers"]
    return found


def variables(*folders: str) -> dict[str, str]:
    """Return what the generated ConfigMap has."""
    lines = [line for each in folders for line in (FOLDER / each / "settings.env").read_text().split("\n") if line]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_each_manifest_is_valid(folder: str) -> None:
    """By the strict schemas of a Kubernetes that is supported; a field that does not exist fails."""
    known = [each for each in manifests(folder) if each["kind"] not in CUSTOM]
    for each in known:
        kubernetes_validate.validate(each, VERSION, strict=True)
    if folder == "base":
        wrong = {**known[0], "spec": {**known[0]["spec"], "nonsense": 1}}
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, VERSION, strict=True)


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_each_file_is_part_of_its_kustomization(folder: str) -> None:
    """And what a kustomization names is there."""
    [kustomization] = [each for each in manifests(folder) if each["kind"] in {"Kustomization", "Component"}]
    named = {*kustomization["resources"], *(each["path"] for each in kustomization.get("patches", ()))}
    named |= {name for each in kustomization.get("configMapGenerator", ()) for name in each["envs"]}
    named |= set(kustomization.get("components", ()))
    values = {"adapter-rules.yaml"}  # for another program
    assert {name for name in named if not (FOLDER / folder / name).exists()} == set()
    there = {path.name for path in (FOLDER / folder).iterdir()} - {"kustomization.yaml"} - values
    assert there == {name for name in named if "/" not in name}


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_the_overlay_can_be_built() -> None:
    """With its image and namespace, its settings beside those of the base, and the metric of the subscribers."""
    command = ["kubectl", "kustomize", str(FOLDER / "overlays" / "production")]
    built = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed
    by_kind = {each["kind"]: each for each in yaml.safe_load_all(built)}
    for kind, each in by_kind.items():
        if kind not in CUSTOM:
            kubernetes_validate.validate(each, VERSION, strict=True)
    assert by_kind["ConfigMap"]["data"] == variables("base", "overlays/production")
    assert by_kind["Service"]["spec"]["selector"].items() >= NAME.items()
    assert by_kind["NetworkPolicy"]["spec"]["podSelector"] == {"matchLabels": NAME}
    assert [each["type"] for each in by_kind["HorizontalPodAutoscaler"]["spec"]["metrics"]] == ["Resource", "Pods"]
    for kind in ("Deployment", "Job"):
        [each] = by_kind[kind]["spec"]["template"]["spec"]["containers"]
        assert each["image"].startswith("registry.example/stockpulse:")
        assert each["envFrom"] == [{"configMapRef": {"name": by_kind["ConfigMap"]["metadata"]["name"]}}]
    assert {each["metadata"].get("namespace") for kind, each in by_kind.items() if kind != "Namespace"} == {"shop"}


def test_selectors_find_the_server_and_not_the_job() -> None:
    """Those of the Deployment, the Service and the budget; each starts with the component of the pods."""
    api = one("Deployment")["spec"]["template"]["metadata"]["labels"]
    job = one("Job")["spec"]["template"]["metadata"]["labels"]
    selectors = [
        one("Deployment")["spec"]["selector"]["matchLabels"],
        one("Service")["spec"]["selector"],
        one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        *(
            each["labelSelector"]["matchLabels"]
            for each in one("Deployment")["spec"]["template"]["spec"]["topologySpreadConstraints"]
        ),
    ]
    for selector in selectors:
        assert selector.items() <= api.items()
        assert not selector.items() <= job.items()
    assert one("NetworkPolicy")["spec"]["podSelector"] == {"matchLabels": NAME}
    labels = one("Kustomization")["labels"]
    assert labels == [{"pairs": NAME, "includeSelectors": True, "includeTemplates": True}]


def test_names_of_ports_exist() -> None:
    """In the Service, the probes, the policy, the Ingress and the monitor; and the server listens there."""
    [port] = container()["ports"]
    [service] = one("Service")["spec"]["ports"]
    probes = [container()[f"{name}Probe"] for name in ("startup", "liveness", "readiness")]
    assert [each["httpGet"]["port"] for each in probes] == [port["name"]] * 3
    assert [each["httpGet"]["path"] for each in probes] == ["/livez", "/livez", "/readyz"]
    assert (service["targetPort"], str(port["containerPort"])) == (port["name"], variables("base")["STOCKPULSE_PORT"])
    [rule] = one("NetworkPolicy")["spec"]["ingress"]
    assert [each["port"] for each in rule["ports"]] == [port["name"]]
    [path] = one("Ingress", "overlays/production")["spec"]["rules"][0]["http"]["paths"]
    backend = path["backend"]["service"]
    assert backend == {"name": one("Service")["metadata"]["name"], "port": {"name": service["name"]}}
    [endpoint] = one("ServiceMonitor", "components/prometheus")["spec"]["endpoints"]
    assert (endpoint["port"], endpoint["path"]) == (service["name"], "/metrics")


def test_every_variable_is_a_setting_and_every_secret_is_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the overlay are those of a safe production, with secrets as files where they are mounted."""
    chosen = variables("base", "overlays/production")
    known = {variable_of(name) for name in Settings.model_fields}
    files = {name: path for name, path in chosen.items() if name.endswith("_FILE")}
    assert chosen.keys() - files.keys() <= known
    assert files.keys() <= set(secret_file_variables())
    for pod in pods():
        [each] = pod["containers"]
        [mounted] = [mount for mount in each["volumeMounts"] if mount["name"] == "secrets"]
        assert {Path(path).parent.as_posix() for path in files.values()} == {mounted["mountPath"]}
        assert "env" not in each
    [monitor] = one("ServiceMonitor", "components/prometheus")["spec"]["endpoints"]
    credentials = monitor["authorization"]["credentials"]
    secrets = {volume["secret"]["secretName"] for pod in pods() for volume in pod["volumes"] if "secret" in volume}
    assert {credentials["name"]} == secrets
    assert credentials["key"] == Path(files["STOCKPULSE_METRICS_TOKEN_FILE"]).name
    for name in known:
        monkeypatch.delenv(name, raising=False)
    for name, value in {**chosen, **SECRETS}.items():
        if name not in files:
            monkeypatch.setenv(name, value)
    assert unsafe_settings(Settings()) == ()


SECRETS = {
    "STOCKPULSE_MONGO_URL": "mongodb://user:password@mongo/?tls=true",
    "STOCKPULSE_REDIS_URL": "rediss://user:password@redis",
    "STOCKPULSE_SECRET_KEYS": "Zm9yLXRlc3RzLWFsb25lLTMyLWJ5dGVzLW9mLWtleSE=",
    "STOCKPULSE_METRICS_TOKEN": "mEtr1cs-t0ken-of-the-tests-0123456789",
}


def test_pods_are_replaced_one_by_one_and_never_cut_off() -> None:
    """The grace fits the draining and the stop; the budget leaves two of the three that the autoscaler keeps."""
    deployment, scaler = one("Deployment")["spec"], one("HorizontalPodAutoscaler")["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = deployment["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] > float(variables("base")["STOCKPULSE_DRAIN_SECONDS"]) + STOP_SECONDS
    ready = container()["readinessProbe"]
    noticed = ready["periodSeconds"] * ready["failureThreshold"]
    assert noticed < float(variables("base")["STOCKPULSE_DRAIN_SECONDS"])
    startup = container()["startupProbe"]
    assert deployment["progressDeadlineSeconds"] > startup["periodSeconds"] * startup["failureThreshold"]
    assert "replicas" not in deployment
    assert scaler["minReplicas"] - one("PodDisruptionBudget")["spec"]["maxUnavailable"] == 2
    assert scaler["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": one("Deployment")["metadata"]["name"],
    }


def test_pods_have_no_rights() -> None:
    """Those that the profile `restricted` asks for, the user of the image, and no word of other services."""
    for pod in pods():
        [each] = pod["containers"]
        user = f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
        assert user == final("USER")
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
        assert pod["serviceAccountName"] == one("ServiceAccount")["metadata"]["name"]
        assert each["args"][0] in COMMANDS
        assert re.fullmatch(r"stockpulse:\d+\.\d+\.\d+", each["image"])
