"""What the ledger takes on disk per movement: its lines, their operations, and the indexes of both.

Sales of one line with an idempotency key, over 20,000 items at 50 locations, as the writer would record them.
"""

import random
import secrets
from collections.abc import Iterator
from itertools import islice

from app.domain.operation import CommandInfo, Operation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.store.database.collections import ensure_collections
from app.store.driver.client import close_client, open_client
from app.store.mapping import names
from app.store.mapping.operations import ledger_documents
from bench.measure import MICROSECONDS, Result, Target
from bench.processes import cpu_seconds
from bench.stage import Stage

MOVEMENTS = 100_000
REASONS = (*[MovementReason.SALE] * 6, MovementReason.RECEIPT, MovementReason.CORRECTION, MovementReason.RETURN)

_DATABASE = "bench_disk"
_BATCH = 64  # as many callers as the other benchmarks have
_BEGAN_AT = 1_790_000_000_000_000
_MICROSECONDS_APART = 300


async def disk_per_movement(stage: Stage, name: str, _: Target | None, *, movements: int = MOVEMENTS) -> Result:
    """Record the movements, let the server write all to disk, and ask it for the sizes."""
    client = open_client(stage.mongo_url, timeout_seconds=60)
    database = client[_DATABASE]
    await client.drop_database(_DATABASE)
    await ensure_collections(database)
    before = cpu_seconds({"mongod": [stage.mongod_pid]})
    recorded = _recorded(random.Random(1), movements)  # noqa: S311 - the same movements each time
    while batch := list(islice(recorded, _BATCH)):
        documents = list(ledger_documents([line for line, _ in batch], [operation for _, operation in batch]))
        await database.command({"insert": names.MOVEMENTS, "documents": documents, "ordered": False})
    await client.admin.command("fsync")
    spent = cpu_seconds({"mongod": [stage.mongod_pid]})["mongod"] - before["mongod"]
    found = [await database.command("collStats", each) for each in (names.MOVEMENTS, names.OPERATIONS)]
    data, indexes = (sum(each[part] for each in found) / movements for part in ("storageSize", "totalIndexSize"))
    extra = {
        "data": round(data),
        "indexes": round(indexes),
        "uncompressed": round(sum(each["size"] for each in found) / movements),
        "by_index": {index: round(size / movements) for index, size in found[0]["indexSizes"].items()},
        "mongod_cpu_us": round(spent / movements * MICROSECONDS, 1),
    }
    await client.drop_database(_DATABASE)
    await close_client(client)
    return Result(name=name, unit="bytes", ours=[data + indexes], extra=extra)


def _recorded(chance: random.Random, movements: int) -> Iterator[tuple[Movement, Operation]]:
    versions: dict[LevelKey, int] = {}
    for number in range(movements):
        key = LevelKey(f"SKU-{chance.randrange(20_000):05}", f"SHOP-{chance.randrange(50):02}")
        versions[key] = versions.get(key, 1) + 1  # what began the level was recorded long ago
        info = CommandInfo(
            operation_id=secrets.token_hex(16),
            kind="stockAdjust",
            actor="bench-client",
            idempotency_key=f"sale-{number}",
        )
        recorded_at = Moment(_BEGAN_AT + number * _MICROSECONDS_APART)
        line = Movement(
            operation_id=info.operation_id,
            recorded_at=Moment(recorded_at + 1),
            writer="bench-01",
            reason=chance.choice(REASONS),
            change=LevelChange(on_hand=-1),
            after=Level(
                key=key,
                on_hand=1_000_000 - versions[key],
                reorder_point=10,
                version=versions[key],
                changed_at=Moment(recorded_at + 1),
            ),
        )
        levels = ((key, versions[key]),)
        yield line, Operation(info=info, recorded_at=recorded_at, fingerprint=secrets.token_hex(16), levels=levels)
