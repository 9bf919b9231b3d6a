"""Operation ids and the fingerprints of inputs."""

from uuid import UUID

import pytest

from app.domain.operation import CommandInfo, fingerprint_of, fresh_operation_id, operation_id_of_key
from app.domain.time import Moment, datetime_of, moment_of

NOW = Moment(1_760_000_000_123_456)


def test_a_fresh_id_is_a_uuid_of_version_7() -> None:
    """Milliseconds since 1970, the version, 12 random bits, the variant, 62 random bits (RFC 9562, 5.7)."""
    entropy = (0xABC << 62) | 0x1234_5678_9ABC_DEF0
    identity = fresh_operation_id(now=NOW, entropy=entropy)
    uuid = UUID(hex=identity)
    assert len(identity) == 32
    assert (uuid.version, uuid.variant) == (7, "specified in RFC 4122")
    assert uuid.int >> 80 == 1_760_000_000_123
    assert (uuid.int >> 64) & 0xFFF == 0xABC
    assert uuid.int & ((1 << 62) - 1) == 0x1234_5678_9ABC_DEF0


@pytest.mark.parametrize("entropy", [0, (1 << 74) - 1])
def test_all_or_no_random_bits_leave_time_version_and_variant(entropy: int) -> None:
    """Entropy never spills into its neighbours."""
    uuid = UUID(hex=fresh_operation_id(now=NOW, entropy=entropy))
    assert (uuid.int >> 80, uuid.version, uuid.variant) == (1_760_000_000_123, 7, "specified in RFC 4122")


def test_later_ids_sort_behind_earlier_ones() -> None:
    """As text too, so that an index grows at its end."""
    earlier = fresh_operation_id(now=NOW, entropy=(1 << 74) - 1)
    later = fresh_operation_id(now=Moment(NOW + 1_000), entropy=0)
    assert earlier < later


def test_a_key_stands_for_one_id_per_actor() -> None:
    """The same pair gives the same id; no two pairs run together."""
    pairs = [("shop", "k"), ("sho", "pk"), ("shop", "K"), ("", "shopk"), ("shop", "")]
    ids = [operation_id_of_key(actor=actor, key=key) for actor, key in pairs]
    assert len(set(ids)) == len(pairs)
    assert ids[0] == operation_id_of_key(actor="shop", key="k") == "e7718ee4c0ce87b72f3ed78cabff09f5"


def test_inputs_that_differ_have_different_fingerprints() -> None:
    """Whatever differs: kind, reference, note, time, or content, and whether a number is a text."""
    contents: list[object] = [(1,), ("1",), ((1,),), (1, None), (True,), ("None",), (None,), ()]
    causes = [
        CommandInfo(operation_id="0", kind="a", actor="x", idempotency_key="k"),
        CommandInfo(operation_id="0", kind="b", actor="x", idempotency_key="k"),
        CommandInfo(operation_id="0", kind="a", actor="x", idempotency_key="k", reference="r"),
        CommandInfo(operation_id="0", kind="a", actor="x", idempotency_key="k", note="r"),
        CommandInfo(operation_id="0", kind="a", actor="x", idempotency_key="k", occurred_at=NOW),
    ]
    fingerprints = [fingerprint_of(info, content) for info in causes for content in contents]
    assert len(set(fingerprints)) == len(causes) * len(contents)


def test_moments_keep_every_microsecond() -> None:
    """A moment and its datetime are the same to the last digit, before 1970 too."""
    for moment in (0, 1, NOW, -1, 253_402_300_799_999_999):
        assert moment_of(datetime_of(Moment(moment))) == moment
