"""The files of a backup, without a database: each way in which they are not what was written is said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bson
import msgspec
import pytest
from click.testing import CliRunner

from app.cli.main import main
from app.store.backup.bson_files import BsonFileWriter, read_documents
from app.store.backup.contents import KEPT
from app.store.backup.dump import file_of
from app.store.backup.errors import UnusableBackup
from app.store.backup.load import verified
from app.store.backup.manifest import BACKUP_FORMAT, NAME, LevelsDigest, Manifest, write_manifest
from app.store.database.format import FORMAT

DOCUMENTS = [{"_id": number, "text": "x" * number} for number in range(3_000)]  # 4.6 MB: several pieces


@contextmanager
def unseen(_: str, *, total: int, only_if_long: bool = False) -> Iterator[Callable[[int], None]]:
    """Show nothing."""
    yield lambda _: None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a complete backup: lines, and every other collection empty."""
    (tmp_path / "shop").mkdir()
    contents = {}
    for name in KEPT:
        with BsonFileWriter(file_of(tmp_path, "shop", name)) as file:
            if name == "movements":
                assert file.write(b"".join(map(bson.encode, DOCUMENTS))) == len(DOCUMENTS)
        contents[name] = file.contents
    manifest = Manifest(
        backup_format=BACKUP_FORMAT,
        database_format=FORMAT,
        database="shop",
        moment="2026-11-30T00:00:00+00:00",
        cluster_time=(1, 2),
        collections=contents,
        levels=LevelsDigest(levels=0, sha256=""),
    )
    write_manifest(tmp_path, manifest)
    return tmp_path


async def refusal(folder: Path) -> str:
    """Return why a backup is refused."""
    with pytest.raises(UnusableBackup) as refused:
        await verified(folder, phase=unseen)
    return str(refused.value)


async def test_what_was_written_is_read(folder: Path) -> None:
    """Every document comes back in order, in pieces."""
    manifest = await verified(folder, phase=unseen)
    pieces = list(read_documents(file_of(folder, "shop", "movements"), manifest.collections["movements"]))
    assert len(pieces) > 3
    assert [bson.decode(each) for piece in pieces for each in piece] == DOCUMENTS


async def test_files_that_were_cut_off_or_changed_are_refused(folder: Path) -> None:
    """A part of a file, a file with more behind it, other documents, a missing file: one sentence with its name."""
    path = file_of(folder, "shop", "movements")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert await refusal(folder) == f"{path} was cut off."
    path.write_bytes(whole + b"\0")
    assert "there is more behind its end" in await refusal(folder)
    path.write_bytes(whole[:5_000] + b"????" + whole[5_004:])
    assert f"{path} was changed" in await refusal(folder)
    path.unlink()
    with BsonFileWriter(path) as file:
        file.write(b"".join(map(bson.encode, [*DOCUMENTS[:-1], {"_id": 2_999, "text": "y" * 2_999}])))
    assert "another checksum" in await refusal(folder)
    path.unlink()
    assert await refusal(folder) == f"{path} is missing."


async def test_manifests_that_are_missing_changed_or_newer_are_refused(folder: Path, tmp_path: Path) -> None:
    """Without a manifest there is no backup; a number in it cannot be changed; a newer version is named as such."""
    path = folder / NAME
    whole = path.read_text()
    path.write_text(whole.replace('"documents": 3000', '"documents": 3001'))
    assert "does not have its checksum" in await refusal(folder)
    path.write_text(whole[:100])
    assert "was cut off" in await refusal(folder)
    newer = msgspec.json.decode(whole)
    newer["manifest"]["backup_format"] = BACKUP_FORMAT + 1
    path.write_bytes(msgspec.json.encode(newer))
    assert "was written by a newer version of Stockpulse" in await refusal(folder)
    path.unlink()
    assert await refusal(folder) == f"{folder} is no backup: it has no {NAME}."
    assert "a backup is a folder" in await refusal(file_of(folder, "shop", "movements"))


def test_what_is_no_backup_is_refused_before_a_database_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it waited for that processes end, which takes half a minute where any serve."""
    monkeypatch.setenv("STOCKPULSE_MONGO_URL", "mongodb://127.0.0.1:1/?replicaSet=nowhere")
    done = CliRunner().invoke(main, ["rebuild", str(tmp_path), "--quiet"])
    assert "is no backup: it has no manifest.json" in str(done.exception or done.output) + done.output
