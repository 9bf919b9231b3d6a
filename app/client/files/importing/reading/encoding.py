"""What a file is, by its first bytes: a text in UTF-8, or something that is refused by its name."""

import codecs
import re

_SAVE_AS = "save the sheet as CSV UTF-8"
_KINDS = (
    (b"PK\x03\x04", "a workbook (.xlsx, .ods or .numbers) or another archive", _SAVE_AS),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", _SAVE_AS),
    (codecs.BOM_UTF32_LE, "UTF-32", _SAVE_AS),
    (codecs.BOM_UTF32_BE, "UTF-32", _SAVE_AS),
    (codecs.BOM_UTF16_LE, "UTF-16 (Excel's “Unicode text”)", _SAVE_AS),
    (codecs.BOM_UTF16_BE, "UTF-16 (Excel's “Unicode text”)", _SAVE_AS),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (b"%PDF", "a PDF", "save the sheet that it was made from as CSV UTF-8"),
    (b"PAR1", "a Parquet file", "import what `stockpulse export --format csv` writes"),
    (b"\xff\xd8\xff", "a picture", _SAVE_AS),
    (b"\x89PNG", "a picture", _SAVE_AS),
    (b"BZh", "compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first"),
)
_WRITTEN_KINDS = (  # which a byte order mark and blanks may stand before
    (re.compile(rb"\{\\rtf"), "a text document (.rtf)", _SAVE_AS),
    (re.compile(rb"\{|\[\s*[\[{\]]"), "JSON", "import a CSV file"),
    (re.compile(rb"<[!?A-Za-z]"), "XML or HTML", _SAVE_AS),
)


_SAMPLE_BYTES = 1_024


def foreign_kind(beginning: bytes) -> str | None:
    """Return what a file is instead of a CSV file, and what to do about it; None where it may be one."""
    for signature, kind, advice in _KINDS:
        if beginning.startswith(signature):
            return f"is {kind}; {advice}"
    written = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    for pattern, kind, advice in _WRITTEN_KINDS:
        if pattern.match(written):
            return f"is {kind}; {advice}"
    if b"\0" in beginning:
        kind = "UTF-16 without a mark of its byte order" if _is_utf_16(beginning) else "no text"
        return f"is {kind}; {_SAVE_AS}"
    return None


def _is_utf_16(beginning: bytes) -> bool:
    """Tell whether every other byte of what begins a file is zero, as in Latin texts in UTF-16."""
    sample = beginning[:_SAMPLE_BYTES]
    return max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 4


def encoding_of(beginning: bytes) -> str:
    """Return how its text is read: a byte order mark is no part of it."""
    return "utf-8-sig" if beginning.startswith(codecs.BOM_UTF8) else "utf-8"
