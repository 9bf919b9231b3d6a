"""The operation ids of idempotency keys, and the fingerprints of inputs."""

from app.domain.idempotency import fingerprint_of, operation_id_of_key
from app.domain.operation import CommandInfo
from app.domain.time import Moment

NOW = Moment(1_760_000_000_123_456)


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
