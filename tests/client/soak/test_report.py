"""The report says the worst first, and can be made of every soak, however it ended."""

from pathlib import Path

import pytest

from app.client.soak.faults.injector import FaultRecord
from app.client.soak.faults.schedule import Fault, FaultKind
from app.client.soak.findings import MAX_EXAMPLES, Findings, Invariant
from app.client.soak.load.sendings import SendingCounts, SendingWatch
from app.client.soak.options import SoakOptions
from app.client.soak.parts import SoakPlace
from app.client.soak.report.figures import fault_figures, figures_of
from app.client.soak.report.page import page_of, verdict_of
from app.client.soak.report.pictures import pictures_of
from app.client.soak.report.progress import progress_line
from app.client.soak.run import Soak
from app.client.soak.timeline import MeasuredTime


@pytest.fixture
async def soak(tmp_path: Path) -> Soak:
    """Return a soak that could not begin."""
    options = SoakOptions(
        seconds=60,
        rate=50,
        seed=1,
        fault_names=None,
        fault_every_seconds=240,
        subscribers=8,
        report=tmp_path,
        stops_on_failure=False,
        is_quiet=True,
        command="stockpulse soak",
    )
    return Soak(SoakPlace(["http://127.0.0.1:1"], None), options, [], say=lambda _: None)


async def test_violations_are_the_first_thing_that_a_report_says(soak: Soak) -> None:
    """Each with its time; those beyond the first twenty are counted."""
    for number in range(MAX_EXAMPLES + 5):
        soak.findings.add(Invariant.LEVELS, f"TEA at SHOP is wrong, {number}")
    figures = figures_of(soak, version="0", started="now")
    page = page_of(figures, pictures_of(figures))
    _, verdict, first, *_ = page.split("\n\n")
    assert verdict.startswith("**25 violations after 0:00:00, 0 faults")
    assert first.count("\n- ") == MAX_EXAMPLES - 1
    assert first.startswith("- 0 s, a level is what its lines add up to: TEA at SHOP is wrong, 0\n")
    assert not figures["verdict"]["isGood"]
    assert "25 violations" in progress_line(soak)


async def test_what_was_ended_early_is_not_called_good(soak: Soak) -> None:
    """What held so far is no proof of the end."""
    figures = figures_of(soak, version="0", started="now")
    assert not figures["verdict"]["isGood"]
    assert "so far; the soak did not come to its end" in verdict_of(figures)


async def test_what_was_measured_is_drawn_with_its_faults(soak: Soak) -> None:
    """A picture for each thing of which there are two steps at least."""
    figures = figures_of(soak, version="0", started="now")
    step = {"operations": 500, "milliseconds": {"write": [5.0, 90.0], "webhook": [3.0, 4.0]}, "memory_mib": {"api": 99}}
    figures["timeline"] = [{**step, "second": second} for second in (5.0, 15.0, 25.0)]
    figures["run"]["seconds"] = 30.0
    figures["faults"] = [{"second": 12.0, "fault": "kill-api"}]
    pictures = pictures_of(figures)
    assert pictures.keys() == {"memory", "latency", "throughput", "lag"}
    assert all("kill-api" in picture for picture in pictures.values())
    assert "webhook, p99" in pictures["lag"]
    assert "subscribers" not in pictures["lag"]


async def test_each_fault_says_how_often_operations_were_sent(soak: Soak) -> None:
    """Mutations and queries apart; their sums by kind."""
    findings = Findings()
    sendings = SendingWatch(findings).begin(once_is_enough=True)
    sendings.counts[MeasuredTime.WRITE] = SendingCounts(1_200, twice=3, more=1)
    sendings.counts[MeasuredTime.READ] = SendingCounts(40, twice=2, otherwise=1)
    record = FaultRecord(
        fault=Fault(second=60, kind=FaultKind.RESTART, role="api"),
        part="all servers",
        second=60.0,
        taken_over_after=None,
        mended_after=9.0,
        without_write=0.4,
        without_change=None,
        sendings=sendings,
        subscriptions_ended=24,
    )
    figures = figures_of(soak, version="0", started="now")
    figures["faults"] = [fault_figures(record)]
    page = page_of(figures, {})
    assert "| 0.4 s |  | 1,200 + 40 | 3 + 2 | 1 + 0 | 0 + 1 | 24 |\n" in page
    assert "| 1,240 | 5 | 1 |\n" in page
