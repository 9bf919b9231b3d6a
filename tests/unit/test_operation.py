"""Fresh operation ids, and the moments in them."""

from uuid import UUID

import pytest

from app.domain.operation import fresh_operation_id
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


def test_moments_keep_every_microsecond() -> None:
    """A moment and its datetime are the same to the last digit, before 1970 too."""
    for moment in (0, 1, NOW, -1, 253_402_300_799_999_999):
        assert moment_of(datetime_of(Moment(moment))) == moment
