"""What a soak finds in the logs and the memory of what it soaks."""

import os
from pathlib import Path

from app.client.soak.findings import Findings, Invariant
from app.client.soak.proofs.health import MEMORY_BOUNDS_MIB, MIB, LogWatch, MemoryWatch, bound_of
from app.client.soak.timeline import Timeline


def test_each_traceback_and_each_restarted_task_is_found_once(tmp_path: Path) -> None:
    """Also what is written later; not what uvloop says of a closed connection."""
    findings, log = Findings(), tmp_path / "api-1.log"
    watch = LogWatch(findings)
    log.write_text(
        "INFO: all is well\nERROR: it failed\nTraceback (most recent call last):\n  File\n", encoding="utf-8"
    )
    watch.look([log])
    watch.look([log])
    assert findings.violations == {Invariant.LOGS: 1}
    assert "ERROR: it failed | Traceback" in findings.examples[0].what
    with log.open("a", encoding="utf-8") as file:
        file.write("The task hub has ended unexpectedly; it is restarted in 0.1 s.\n")
        file.write(
            "ERROR: Fatal error on SSL protocol\n| protocol\n| transport\n| Traceback (most recent call last):\n"
        )
    watch.look([log])
    assert findings.violations == {Invariant.LOGS: 2}


def test_memory_beyond_its_bound_is_found_once() -> None:
    """By the beginning of a part's name; what is not running is left out."""
    findings, timeline = Findings(), Timeline()
    watch = MemoryWatch(findings, timeline)
    watch.look({"mongo-1": os.getpid(), "mongo-2": 2**22 - 1})
    assert findings.violations == {}
    assert watch.peaks.keys() == {"mongo-1"}
    assert bound_of("mongo-3") == bound_of("mongod") == MEMORY_BOUNDS_MIB["mongo"] * MIB
    held = bytearray(MEMORY_BOUNDS_MIB["redis"] * MIB)
    held[::4096] = b"x" * len(held[::4096])
    for _ in range(2):
        watch.look({"redis-1": os.getpid()})
    assert findings.violations == {Invariant.MEMORY: 1}
