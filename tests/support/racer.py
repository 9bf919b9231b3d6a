"""One process of a race: connects, waits for the word, takes units one by one, and prints what became of each.

Called as `python -m tests.support.racer URL DATABASE NAME CALLS`, with a line on standard input for the start.
"""

import asyncio
import json
import sys
import time

from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.driver.client import close_client
from tests.support.patience import patient_client
from tests.support.scene import adjust, outcome_or_refusal
from tests.support.store import mongo_store

RACED = LevelKey("TEA-1", "MAIN")
SHARED_KEYS = 10  # every process repeats these


async def race(url: str, database: str, name: str, calls: int) -> None:
    """Print a line when ready, and one JSON object at the end."""
    client = patient_client(url)
    store = mongo_store(client[database])
    store.clock.now = Moment(time.time_ns() // 1000)
    print("ready", flush=True)  # noqa: T201 - for the process that started this one
    await asyncio.to_thread(sys.stdin.readline)
    own = [f"{name}-{number}" for number in range(calls)]
    shared = [f"shared-{number}" for number in range(SHARED_KEYS)]
    keys = [key for pair in zip(own, shared, strict=False) for key in pair] + own[SHARED_KEYS:]
    results = await asyncio.gather(*(outcome_or_refusal(adjust(store, RACED, -1, idempotency_key=key)) for key in keys))
    taken = [
        key for key, result in zip(keys, results, strict=True) if isinstance(result, Outcome) and not result.replayed
    ]
    repeated = [
        key for key, result in zip(keys, results, strict=True) if isinstance(result, Outcome) and result.replayed
    ]
    report = {"taken": taken, "repeated": repeated, "calls": len(keys)}
    print(json.dumps(report), flush=True)  # noqa: T201 - for the process that started this one
    await close_client(client)


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
