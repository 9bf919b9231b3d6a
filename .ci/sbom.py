"""Write what we consist of into build/sbom, as CycloneDX JSON.

That is of Python what the image and `make run` hold, and of npm what the pages are made of and by.

Rule: each file is valid by the schema of CycloneDX, and the same packages give the same file.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "build" / "sbom"
PYTHON = ("image", "run")  # of requirements/
NPM = ("dashboard", "playground")


def main() -> None:
    """Write the files, or end with the reason why one is not valid."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in PYTHON:
        _write(f"python-{name}", _of_python(name))
    for name in NPM:
        lock = json.loads((ROOT / name / "package-lock.json").read_text(encoding="utf-8"))
        _write(name, json.dumps(sbom_of_lock(lock), indent=2))


def sbom_of_lock(lock: dict[str, Any]) -> dict[str, Any]:
    """Return the bill of materials of a package-lock.json of version 3, without what only tests and checks need."""
    packages = {path: entry for path, entry in sorted(lock["packages"].items()) if path and not entry.get("dev")}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": lock["name"], "bom-ref": "root"}},
        "components": [_component(path, entry) for path, entry in packages.items()],
    }


def complaint(text: str) -> str | None:
    """Return why a text is no bill of materials; None if it is one."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return None if error is None else str(error)


def _component(path: str, entry: dict[str, Any]) -> dict[str, Any]:
    name = path.rpartition("node_modules/")[2]
    algorithm, _, digest = entry["integrity"].partition("-")
    licence = {"licenses": [{"expression": entry["license"]}]} if entry.get("license") else {}
    return {
        "type": "library",
        "bom-ref": path,
        "name": name,
        "version": entry["version"],
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
        "scope": "optional" if entry.get("optional") else "required",
        "hashes": [{"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": base64.b64decode(digest).hex()}],
        **licence,
    }


def _of_python(requirements: str) -> str:
    # It warns that a list of requirements does not say which of them needs which.
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "cyclonedx_py",
        "requirements",
        f"requirements/{requirements}.txt",
        "--pyproject",
        "pyproject.toml",
    ]
    options = ["--mc-type", "application", "--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON"]
    return subprocess.run([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def _write(name: str, text: str) -> None:
    if problem := complaint(text):
        sys.exit(f"The bill of materials of {name} is not valid: {problem}")
    path = TARGET / f"{name}.cdx.json"
    path.write_text(text, encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(json.loads(text)['components'])} packages")


if __name__ == "__main__":
    main()
