"""The secret keys of an installation: made once, never shown, and exchanged without losing what they protect."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.bootstrap.foundation import master_keys_of
from app.config import Settings
from app.security.master_keys import MasterKeys, UndecipherableError, is_sealed
from app.security.secret_key import SECRET_KEY_FILE, SecretKeyError, kept_secret_key, new_secret_key, secret_keys_of

OLD, NEW = new_secret_key(), new_secret_key()
TEXT = "whsec_this is läuten"


def test_what_an_old_key_encrypted_is_read_and_what_is_new_is_encrypted_with_the_first() -> None:
    """A rotation loses nothing, and shows what is still to be encrypted again."""
    before, during, after = (MasterKeys.of_text(text) for text in (OLD, f"{NEW}, {OLD}", NEW))
    sealed = before.encrypt(TEXT)
    assert TEXT not in sealed
    assert sealed != before.encrypt(TEXT)
    assert is_sealed(sealed)
    assert not is_sealed(TEXT)
    assert (before.is_current(sealed), during.is_current(sealed), during.is_current(TEXT)) == (True, False, False)
    assert during.decrypt(sealed) == TEXT
    again = during.encrypt(during.decrypt(sealed))
    assert after.decrypt(again) == TEXT
    with pytest.raises(UndecipherableError, match=before.ids[0]):
        after.decrypt(sealed)


def test_a_text_that_was_changed_is_refused() -> None:
    """Whoever writes to the database cannot choose what is decrypted."""
    keys = MasterKeys.of_text(OLD)
    sealed = keys.encrypt(TEXT)
    changed = [sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :] for at in range(len(sealed) - 1)]
    for each in (*changed, sealed[:-4], f"{sealed}AAAA", f"{sealed}=", f"{sealed}é", "", TEXT):
        with pytest.raises(UndecipherableError):
            keys.decrypt(each)


def test_authentication_codes_differ_by_purpose_and_key() -> None:
    """A code of one purpose is worth nothing for another; the codes of old keys are still known."""
    keys, old = MasterKeys.of_text(f"{NEW} {OLD}"), MasterKeys.of_text(OLD)
    codes = [keys.mac("api key", "x"), keys.mac("session", "x"), keys.mac("api key", "y"), old.mac("api key", "x")]
    assert len(set(codes)) == 4
    assert {len(code) for code in codes} == {64}
    assert keys.mac("api key", b"x") == codes[0]
    assert keys.macs("api key", "x") == (codes[0], codes[3])
    assert repr(keys) == f"MasterKeys({', '.join(keys.ids)})"


def test_a_key_of_another_tool_is_one_too() -> None:
    """`openssl rand -base64 32` writes the other alphabet, and fills up."""
    octets = bytes(range(224, 256))
    both = base64.b64encode(octets).decode(), base64.urlsafe_b64encode(octets).decode().rstrip("=")
    assert both[0] != both[1]
    assert [secret_keys_of(text) for text in both] == [(octets,), (octets,)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "needs 1 to 10 keys"),
        (" ".join(new_secret_key() for _ in range(11)), "needs 1 to 10 keys"),
        ("correct-horse-battery-staple", "holds no key as number 1"),
        (f"{OLD} {NEW[:-1]}", "holds no key as number 2"),
        (f"{OLD} {NEW}A", "holds no key as number 2"),
        (f"{OLD},{OLD}", "names a key twice"),
    ],
    ids=["none", "eleven", "a password", "one that is cut off", "one with another character", "one twice"],
)
def test_a_wrong_key_is_named_by_its_place_and_not_shown(text: str, complaint: str) -> None:
    """Neither by the parser nor by the settings, whose message an operator sees."""
    with pytest.raises(SecretKeyError, match=complaint):
        secret_keys_of(text)
    if text:
        with pytest.raises(ValidationError, match=complaint) as refused:
            Settings.model_validate({"secret_keys": text})
        assert [word for word in text.replace(",", " ").split() if word in str(refused.value)] == []


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    """It is made once, whole, for its owner only; nothing else stays in the directory."""
    data_dir = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(kept_secret_key, [data_dir] * 16))
    assert len(made) == 1
    assert [path.name for path in data_dir.iterdir()] == [SECRET_KEY_FILE]
    assert stat.S_IMODE((data_dir / SECRET_KEY_FILE).stat().st_mode) == 0o600
    assert master_keys_of(Settings(data_dir=data_dir)).ids == MasterKeys.of_text(made.pop()).ids


def test_a_file_without_a_key_is_one_sentence(tmp_path: Path) -> None:
    """It is never overwritten: what it once encrypted would be lost."""
    path = tmp_path / SECRET_KEY_FILE
    path.write_text("s3cret\n")
    with pytest.raises(SecretKeyError, match="holds no key as number 1") as refused:
        kept_secret_key(tmp_path)
    assert "s3cret" not in str(refused.value)
    assert path.read_text() == "s3cret\n"
    with pytest.raises(SecretKeyError, match="cannot be used"):
        kept_secret_key(path)
