"""Ask for known vulnerabilities of what we ship and build with; where advisories cannot be reached, say so and go on.

Rule: only a vulnerability that .ci/advisories.toml does not name, or names no longer, fails the run. Without the
internet the report says that nothing was audited, where the tools themselves say that they found nothing.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PYTHON = ("requirements/dev.txt", "requirements/node.txt")  # the first holds what we ship, too: run.txt constrains it
NPM = ("dashboard", "playground", "docs/clients")
KNOWN = ROOT / ".ci" / "advisories.toml"
# 70 requests of some 50 ms each; a network that drops packets must not hold up the checks.
AUDIT_SECONDS = 120


class Finding(NamedTuple):
    """A known vulnerability of a package. `ids` are all its names."""

    package: str
    ids: frozenset[str]
    fixed: str

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.ids))}, {self.fixed}"


class Known(NamedTuple):
    """An exception, until a day."""

    id: str
    package: str
    reason: str
    until: date


def main() -> None:
    """Print one sentence about each set of packages, and end with 1 if one is vulnerable."""
    known = exceptions(KNOWN.read_text(encoding="utf-8"))
    found: list[Finding] = []
    with ThreadPoolExecutor() as at_once:  # they wait for a network
        audits = {each: at_once.submit(_of_python, each) for each in PYTHON}
        audits |= {each: at_once.submit(_of_npm, each) for each in NPM}
    for name, audit in audits.items():
        findings = audit.result()
        if findings is None:
            print(f"{name}: not audited, because the advisories cannot be reached from here.")
        else:
            print(f"{name}: audited, {len(findings) or 'no'} vulnerabilities known.")
            found += findings
    problems = complaints(found, known, today=datetime.now(tz=UTC).date())
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))


def exceptions(text: str) -> list[Known]:
    """Read the exceptions of a file. Raise TypeError where one lacks a part."""
    return [Known(**each) for each in tomllib.loads(text)["known"]]


def complaints(found: Iterable[Finding], known: Sequence[Known], *, today: date) -> list[str]:
    """Return a sentence for each finding that no exception names, and for each exception that is over."""
    over = [each for each in known if each.until <= today]
    excepted = {(each.package, each.id) for each in known if each not in over}
    new = [each for each in dict.fromkeys(found) if not excepted & {(each.package, name) for name in each.ids}]
    return [
        *(f"{each}." for each in new),
        *(f"{KNOWN.name}: {each.id} of {each.package} was accepted until {each.until}: look again." for each in over),
    ]


def findings_of_pip(packages: Sequence[dict[str, Any]]) -> list[Finding]:
    """Read the packages of a report of pip-audit."""
    return [
        Finding(
            package["name"],
            frozenset({advisory["id"], *advisory.get("aliases", ())}),
            "fixed in " + (", ".join(advisory["fix_versions"]) or "no release yet"),
        )
        for package in packages
        for advisory in package.get("vulns", ())
    ]


def findings_of_npm(report: dict[str, Any]) -> list[Finding]:
    """Read a report of `npm audit`. A package that is only vulnerable by another one is reported by that one."""
    return [
        Finding(name, frozenset({advisory["url"].rpartition("/")[2]}), f"{advisory['severity']}: {advisory['title']}")
        for name, entry in report["vulnerabilities"].items()
        for advisory in entry["via"]
        if isinstance(advisory, dict)
    ]


def _of_python(requirements: str) -> list[Finding] | None:
    """Return what is known of a set; None without a network."""
    tool = Path(sys.executable).with_name("pip-audit")
    command = [tool, "--requirement", requirements, "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    report = _reported([*command, "--timeout=5", "--format=json"], ROOT)
    packages = [] if report is None else report.get("dependencies", [])
    return findings_of_pip(packages) if any("vulns" in each for each in packages) else None  # else it skipped them all


def _of_npm(folder: str) -> list[Finding] | None:
    """Return what is known of the packages of a lock; None without a network."""
    sys.path.insert(0, str(ROOT / "building"))
    from packages import StepFailed, node_and_npm  # noqa: PLC0415 - a script, which is no package

    try:
        _, npm = node_and_npm()
    except StepFailed:
        return None
    report = _reported([*npm, "audit", "--package-lock-only", "--json"], ROOT / folder)
    return None if report is None or "vulnerabilities" not in report else findings_of_npm(report)


def _reported(command: Sequence[str | Path], folder: Path) -> dict[str, Any] | None:
    """Return the JSON that a command prints, whether it ends well or not; None if it prints none in time."""
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, timeout=AUDIT_SECONDS, check=False)
        report: dict[str, Any] = json.loads(run.stdout)
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return report


if __name__ == "__main__":
    main()
