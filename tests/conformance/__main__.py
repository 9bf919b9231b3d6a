"""`python -m tests.conformance --url ws://127.0.0.1:8000/graphql`: print a table of all cases.

It ends with 1 if one failed, with 2 where no connection is taken. Without more options, what needs a subscription is
skipped: `--help` lists them.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from tests.conformance import connection_cases, message_cases, operation_cases  # noqa: F401 - they add themselves
from tests.conformance.case import CASES, DEADLINE_SECONDS, FAILURES, Outcome, Result, Target, run

AT_ONCE = 8  # connections


def main(arguments: Sequence[str] | None = None, *, show: Callable[[str], object] = print) -> int:
    """Run the cases that match; return the exit code."""
    target, wanted = _parsed(arguments)
    if refusal := asyncio.run(refusal_of(target)):
        show(f"{target.url} takes no connection: {refusal}. Credentials are given by --init or --header.")
        return 2
    outcomes = asyncio.run(run_all(target, wanted))
    show(table(outcomes))
    return 1 if any(each.result is Result.FAILED for each in outcomes) else 0


async def refusal_of(target: Target) -> str:
    """Return why the server does not take an ordinary connection; nothing where it does."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS), target.dial():
            return ""
    except FAILURES as failure:
        return str(failure) or type(failure).__name__


async def run_all(target: Target, wanted: str = "") -> list[Outcome]:
    """Run the cases whose name contains a text, some at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def outcome(number: int) -> Outcome:
        async with room:
            return await run(CASES[number], target)

    return await asyncio.gather(*(outcome(number) for number, each in enumerate(CASES) if wanted in each.name))


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as lines of text, and their sums."""
    lines = []
    for each in outcomes:
        lines.append(f"{each.result:8} {each.case.level:6} {each.case.name.replace('_', ' ')}")
        if each.result is Result.FAILED:
            lines.append(f"{'':16}expected: {each.case.sentence}")
        if each.reason:
            lines.append(f"{'':16}{each.reason}")
    sums = Counter(each.result for each in outcomes)
    lines.append(", ".join(f"{sums[result]} {result}" for result in Result))
    return "\n".join(lines)


def _parsed(arguments: Sequence[str] | None) -> tuple[Target, str]:
    parser = argparse.ArgumentParser("tests.conformance", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose name contains this")
    for each in fields(Target):
        if each.name == "headers":
            parser.add_argument(
                "--header", action="append", default=[], metavar="'Name: value'", help="of the handshake"
            )
            continue
        parser.add_argument(
            f"--{each.name.replace('_', '-')}",
            type=_KINDS.get(each.name, str),
            required=each.name == "url",
            default=argparse.SUPPRESS,
            help=each.metadata["help"],
        )
    given = vars(parser.parse_args(arguments))
    wanted, headers = given.pop("only").replace(" ", "_"), given.pop("header")
    return Target(**given, headers=_headers(headers)), wanted


def _headers(lines: Sequence[str]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


_KINDS: Mapping[str, Callable[[str], Any]] = {
    "init": json.loads,
    "refused_init": json.loads,
    "max_message_bytes": int,
    "init_seconds": float,
    "ping_seconds": float,
}

if __name__ == "__main__":
    sys.exit(main())
