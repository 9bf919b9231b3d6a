"""The panels, the alert rules and the page about metrics name only what is measured, and all of that."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import app
from tests.support.declared_metrics import declared, labels_by_series

ROOT = Path(app.__path__[0]).parent
BOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
RULES = ROOT / "deploy/prometheus/alerts.yml"
PAGE = ROOT / "docs/operate/metrics.md"

PROMTOOL = shutil.which("promtool")

_SERIES = re.compile(r"\b(?:stockpulse|process|python_gc)_[a-z_]+\b|\bup\b")
_SELECTED = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPED = re.compile(r"\bby\s*\(([^)]*)\)")
_SHOWN = re.compile(r"\{\{\s*\$?(?:labels\.)?([a-z_]+)\s*\}\}")


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each panel with the name of its dashboard."""
    for board in BOARDS:
        for panel in json.loads(board.read_text(encoding="utf-8"))["panels"]:
            yield board.stem, panel


def rules() -> list[dict[str, Any]]:
    """Return the alert rules."""
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def unknown_in(query: str, *shown: str) -> set[str]:
    """Return the series of a query that are not declared, and the labels that none of its series has."""
    known, series = labels_by_series(), set(_SERIES.findall(query))
    labels = {*_SELECTED.findall(query), *(name for text in shown for name in _SHOWN.findall(text))}
    labels |= {name.strip() for group in _GROUPED.findall(query) for name in group.split(",")}
    has = frozenset().union(*(known.get(name, ()) for name in series))
    return {name for name in series if name not in known} | {name for name in labels if name not in has}


def test_every_query_of_a_panel_finds_what_it_names() -> None:
    """Series and labels alike, those of legends included; and each panel says what it shows."""
    wrong = {
        (board, panel["title"]): unknown
        for board, panel in panels()
        for target in panel["targets"]
        if (unknown := unknown_in(target["expr"], target["legendFormat"]))
    }
    assert wrong == {}
    assert [panel["title"] for _, panel in panels() if not panel["description"]] == []
    assert {board.stem for board in BOARDS} == {"overview", "writes", "live", "background"}


def test_every_alert_finds_what_it_names_and_says_what_to_do() -> None:
    """Its runbook is a section of the page; and each section about an alert has one."""
    assert {rule["alert"]: unknown for rule in rules() if (unknown := unknown_in(rule["expr"]))} == {}
    sections = set(re.findall(r"^### (Stockpulse\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert sections == {rule["alert"] for rule in rules()}
    for rule in rules():
        assert rule["annotations"]["runbook_url"] == f"docs/operate/metrics.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"warning", "critical"}


def test_the_page_lists_what_is_measured() -> None:
    """Each metric with its type, its labels and its meaning, in the order of their declaration."""
    rows = [
        f"| `{each.name}` | {each.type} | {', '.join(f'`{label}`' for label in each.labels)} | {each.help} |"
        for each in declared()
    ]
    found = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| `[a-z_]+` \|", line)]
    assert found == [row.replace("|  |", "| |") for row in rows]


def test_names_keep_to_the_rules_of_prometheus() -> None:
    """Base units, `_total` for counters alone, and a prefix; what Prometheus' own libraries name keeps their names."""
    for metric in declared():
        assert metric.name.startswith(("stockpulse_", "process_", "python_gc_")), metric
        assert metric.name.endswith("_total") == (metric.type == "counter"), metric
        assert not re.search(r"_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)", metric.name), metric
        assert metric.help.endswith("."), metric


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    "check", [("check", "rules", str(RULES)), ("test", "rules", str(RULES.with_name("alerts_test.yml")))]
)
def test_prometheus_takes_the_rules(check: tuple[str, ...]) -> None:
    """They are as Prometheus reads them, and fire when they should."""
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *check], capture_output=True, text=True, check=False)  # noqa: S603 - Prometheus' own
    assert done.returncode == 0, done.stdout + done.stderr
