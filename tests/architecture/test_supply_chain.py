"""Vulnerabilities are accepted by name and for a time, and what we consist of is listed."""

import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    """Return a script of .ci, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


audit = script("audit")

OF_PIP = [
    {
        "name": "starlette",
        "version": "1.0",
        "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["1.3.1"]}],
    },
    {"name": "redis", "version": "7", "vulns": []},
    {"name": "stockpulse", "skip_reason": "unknown"},
]
OF_NPM = {
    "vulnerabilities": {
        "dompurify": {
            "via": [{"url": "https://github.com/advisories/GHSA-1", "severity": "high", "title": "Scripts get through"}]
        },
        "monaco-editor": {"via": ["dompurify"]},
    }
}
EXCEPTION = """
[[known]]
id = "{id}"
package = "{package}"
reason = "Nothing of ours calls it."
until = {until}
"""


@pytest.mark.parametrize(
    ("id", "package", "until", "left"),
    [
        ("CVE-1", "starlette", "2027-01-01", ["dompurify"]),
        ("GHSA-1", "dompurify", "2027-01-01", ["starlette"]),
        ("GHSA-1", "starlette", "2027-01-01", ["starlette", "dompurify"]),
        ("CVE-1", "starlette", "2026-12-01", ["starlette", "dompurify", "advisories.toml"]),
        ("CVE-9", "redis", "2026-11-01", ["starlette", "dompurify", "advisories.toml"]),
    ],
)
def test_a_vulnerability_is_accepted_by_name_until_a_day(id: str, package: str, until: str, left: list[str]) -> None:
    """From that day on it fails the run again, and so does an exception that is left behind."""
    found = [*audit.findings_of_pip(OF_PIP), *audit.findings_of_npm(OF_NPM)]
    known = audit.exceptions(EXCEPTION.format(id=id, package=package, until=until))
    problems = audit.complaints(found, known, today=date(2026, 12, 1))
    assert [each.partition(":")[0] for each in problems] == left


def test_each_exception_of_ours_is_complete_and_not_over() -> None:
    """With its reason; without a network it is this test that finds what is over."""
    known = audit.exceptions(audit.KNOWN.read_text(encoding="utf-8"))
    assert audit.complaints([], known, today=date.today()) == []  # noqa: DTZ011 - the day of whoever runs it
    assert all(each.reason for each in known)


def test_each_lock_of_npm_is_audited_but_that_of_a_measurement() -> None:
    """A new one is added to the audit, or to the exception here."""
    locks = {
        str(path.parent.relative_to(ROOT))
        for path in ROOT.glob("*/**/package-lock.json")
        if not {"node_modules", ".venv", "build"} & set(path.parts)
    }
    assert locks - {"bench/mercurius"} == set(audit.NPM)


def test_the_pages_list_what_they_are_made_of() -> None:
    """Every package of a lock but those for tests, by name, version and hash, in the form of the standard."""
    sbom = script("sbom")  # here: what it imports takes two seconds
    lock = json.loads((ROOT / "playground" / "package-lock.json").read_text(encoding="utf-8"))
    listed = sbom.sbom_of_lock(lock)
    assert sbom.complaint(json.dumps(listed)) is None
    assert sbom.complaint(json.dumps(listed | {"components": [{"name": "nameless"}]})) is not None
    assert len(listed["components"]) == len(lock["packages"]) - 1
    assert {"pkg:npm/graphiql", "pkg:npm/react"} <= {each["purl"].rpartition("@")[0] for each in listed["components"]}
    of_dashboard = json.loads((ROOT / "dashboard" / "package-lock.json").read_text(encoding="utf-8"))
    names = {each["name"] for each in sbom.sbom_of_lock(of_dashboard)["components"]}
    assert ("preact" in names, "vitest" in names) == (True, False)
