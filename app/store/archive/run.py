"""Archives old lines, month by month: write a file, read it back, note it, delete its lines.

Rule: each step can be interrupted and is taken up by the next run, which first deletes the lines of noted files.
Nothing is deleted that was not read back from the disk.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo.errors import PyMongoError

from app.domain.time import Moment, datetime_of, moment_of
from app.store.archive.archived_files import ArchivedFile, archived_files, note_file
from app.store.archive.moved_lines import PART, delete_lines
from app.store.archive.parquet_files import (
    LineFileWriter,
    give_name,
    is_there,
    level_sums,
    read_lines,
    remove_partial,
    sha256_of,
)
from app.store.archive.plan import PLAN, check_moment, make_plan, staying_from
from app.store.backup.errors import BackupError
from app.store.driver.client import BsonDocument, Database, Session
from app.store.exclusive_lease import ExclusiveLease, LeaseLost, exclusive
from app.store.mapping import names
from app.store.mapping.raw_documents import undecoded
from app.store.writer.abandoned_transactions import end_abandoned_transactions
from app.store.writer.transient_errors import is_transient

LEASE: Final = "archive"
ATTEMPTS: Final = 10  # at one part, while the database has a failover
PAUSE_SECONDS: Final = 1.0
READ_AT_ONCE: Final = 1_000

Phase = Callable[..., AbstractContextManager[Callable[[int], None]]]


class ArchiveRun(NamedTuple):
    """What a run did: lines that went, and the files that it wrote with their bytes."""

    lines: int
    files: int
    bytes: int


class Proven(NamedTuple):
    """What a verification compared."""

    files: int
    lines: int
    levels: int
    differences: Sequence[str]


async def archive(database: Database, folder: Path, *, before: Moment, now: Moment, phase: Phase) -> ArchiveRun:
    """Move what is older than a moment. Raises BackupError, OSError and the driver's errors; run it again then."""
    await check_moment(database, before, now=now)
    async with exclusive(database, LEASE) as lease:
        known = await archived_files(database)
        await asyncio.to_thread(_check_place, folder, known)
        await asyncio.to_thread(remove_partial, folder, {file.path for file in known})
        for file in known:
            if not file.is_moved:  # by a run that was interrupted
                await _delete(database, folder, file, phase=phase)
        with phase("Reading the ledger", total=1) as advance:
            await make_plan(database, before=before)
            advance(1)
        lines = files = size = 0
        for month in await _months(database, before):
            written = await _write(database, lease, folder, before, month, phase=phase)
            if written is not None:
                await _delete(database, folder, written, phase=phase)
                lines, files, size = lines + written.lines, files + 1, size + written.bytes
        await _drop_plan(database, lease)
    return ArchiveRun(lines=lines, files=files, bytes=size)


async def counted(database: Database, *, before: Moment, now: Moment) -> int:
    """Return how many lines a run would move. Raises BackupError and the driver's errors."""
    await check_moment(database, before, now=now)
    count = 0
    async with exclusive(database, LEASE) as lease:  # a run would take this one's plan for its own
        await make_plan(database, before=before)
        for since, until in await _months(database, before):
            async with aclosing(_lines(database, since, until)) as found:
                async for lines in found:
                    count += len(lines)
        await _drop_plan(database, lease)
    return count


async def proven(database: Database, folder: Path, *, phase: Phase) -> Proven:
    """Prove that the files are unchanged, and that with them each level's ledger has no gap and adds up."""
    files = await archived_files(database)
    await asyncio.to_thread(_check_files, folder, files)
    sums = await asyncio.to_thread(level_sums, [folder / file.path for file in files])
    differences: list[str] = []
    with phase("Comparing levels", total=len(sums)) as advance:
        for start in range(0, len(sums), READ_AT_ONCE):
            part = sums[start : start + READ_AT_ONCE]
            ids = [f"{each['location']}/{each['sku']}#{each['version_max'] + 1}" for each in part]
            found = await database[names.MOVEMENTS].find({"_id": {"$in": ids}}, batch_size=len(ids) + 1).to_list(None)
            opening = {line["_id"]: line for line in found}
            for identity, each in zip(ids, part, strict=True):
                differences += _differences(each, opening.get(identity))
            advance(len(part))
    return Proven(len(files), sum(file.lines for file in files), len(sums), differences)


def _differences(level: BsonDocument, opening: BsonDocument | None) -> Iterator[str]:
    """Yield how the archived lines of a level differ from what the ledger says of them."""
    name = f"{level['sku']} at {level['location']}"
    if level["version_min"] != 1 or level["version_max"] != level["version_count"]:
        yield f"{name}: {level['version_count']:,} archived lines from {level['version_min']} to {level['version_max']}"
    if opening is None or not opening.get(names.OPENING):
        yield f"{name}: line {level['version_max'] + 1} of the ledger does not open it"
        return
    for column, units in level.items():
        count = column.removesuffix("_change_sum")
        if count != column:
            expected = opening["after"].get(count, 0) - opening["change"].get(count, 0)
            if units != expected:
                yield f"{name}: {count}: {units:,} in the archive, and the ledger begins with {expected:,}"


async def _months(database: Database, before: Moment) -> Sequence[tuple[Moment, Moment]]:
    """Return the months from the oldest line on, the last one up to the moment."""
    oldest = await database[names.MOVEMENTS].find_one({}, {names.RECORDED_AT: 1}, sort=[(names.RECORDED_AT, 1)])
    months: list[tuple[Moment, Moment]] = []
    if oldest is None:
        return months
    begin = datetime_of(Moment(oldest[names.RECORDED_AT])).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while (since := moment_of(begin)) < before:
        begin = datetime(begin.year + begin.month // 12, begin.month % 12 + 1, 1, tzinfo=begin.tzinfo)
        months.append((since, min(moment_of(begin), before)))
    return months


async def _write(
    database: Database,
    lease: ExclusiveLease,
    folder: Path,
    before: Moment,
    month: tuple[Moment, Moment],
    *,
    phase: Phase,
) -> ArchivedFile | None:
    """Write the lines of a month, and note the file; return None where there are none."""
    since, until = month
    name = f"{datetime_of(since):%Y-%m}"
    path = f"month={name}/{datetime_of(before):%Y%m%d}-{uuid.uuid4().hex[:8]}.parquet"
    writer: LineFileWriter | None = None
    try:
        with phase(f"Writing {name}", total=0, only_if_long=True) as advance:
            async with aclosing(_lines(database, since, until)) as found:
                async for lines in found:
                    if writer is None:
                        writer = await asyncio.to_thread(LineFileWriter, folder / path)
                    await asyncio.to_thread(writer.write, lines)
                    advance(len(lines))
        if writer is None:
            return None
        size, sha256 = await asyncio.to_thread(writer.finish)
    except BaseException:
        if writer is not None:
            writer.discard()
        raise
    file = ArchivedFile(path=path, before=before, until=until, lines=writer.lines, bytes=size, sha256=sha256)
    # Together with a look at the lease: no other run has read these lines for a file of its own, or removed this file.
    try:
        await lease.confirmed(lambda session: note_file(database, file, session=session))
    except LeaseLost:  # after any other failure it may be noted
        writer.discard()
        raise
    return file  # which gets its name when its lines go


async def _lines(database: Database, since: Moment, until: Moment) -> AsyncGenerator[list[bytes], None]:
    """Yield the lines of a time that may go, in the order of their moments, as BSON."""
    cursor: Any = undecoded(database[names.MOVEMENTS]).find(
        {names.RECORDED_AT: {"$gte": since, "$lt": until}},
        sort=[(names.RECORDED_AT, 1), ("writer", 1)],
        hint="newest",
        batch_size=READ_AT_ONCE,
    )
    while lines := await cursor.to_list(READ_AT_ONCE):
        stays = await staying_from(database, list({f"{line['location']}/{line['sku']}" for line in lines}))
        going = [
            bytes(line.raw)
            for line in lines
            if isinstance(line, RawBSONDocument) and line["version"] < stays.get(f"{line['location']}/{line['sku']}", 0)
        ]
        if going:
            yield going


async def _drop_plan(database: Database, lease: ExclusiveLease) -> None:
    await lease.confirmed(_nothing)  # the plan of another run is not ours to drop
    await database.drop_collection(PLAN)


async def _nothing(_: Session) -> None: ...


async def _delete(database: Database, folder: Path, file: ArchivedFile, *, phase: Phase) -> None:
    """Delete the lines of a file that is as it was noted."""
    path = folder / file.path
    await asyncio.to_thread(give_name, path)
    if await asyncio.to_thread(sha256_of, path) != file.sha256:
        raise BackupError(f"{path} was changed since it was written: none of its lines is deleted.")
    with phase(f"Deleting {file.path.partition('/')[0]}", total=file.lines) as advance:
        groups = read_lines(path)
        while (lines := await asyncio.to_thread(next, groups, None)) is not None:
            for start in range(0, len(lines), PART):
                part = lines[start : start + PART]
                await _deleted(database, part)
                advance(len(part))
    await note_file(database, msgspec.structs.replace(file, is_moved=True))


async def _deleted(database: Database, part: Sequence[bytes]) -> None:
    for attempt in range(ATTEMPTS):
        try:
            if attempt:  # a run that was killed may have locked these lines for as long as the server lets it
                await end_abandoned_transactions(database.client)
            with pymongo.timeout(60):
                await delete_lines(database, part)
        except PyMongoError as error:
            if not is_transient(error) or attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


def _check_place(folder: Path, known: Sequence[ArchivedFile]) -> None:
    """Raise BackupError where the archive is in another folder."""
    if known and not is_there(newest := folder / known[-1].path):
        raise BackupError(f"The archive is in another folder: {newest} is missing. Give the folder of the runs before.")


def _check_files(folder: Path, files: Sequence[ArchivedFile]) -> None:
    for file in files:
        if not file.is_moved:
            raise BackupError(f"The lines of {file.path} are not all out of the ledger yet: run the archive again.")
        if sha256_of(folder / file.path) != file.sha256:
            raise BackupError(f"{folder / file.path} was changed since it was written.")
