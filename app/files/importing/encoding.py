"""What a file is, by its first bytes: a text in UTF-8, or something that is refused by its name."""

import codecs

LONGEST_SIGNATURE_BYTES = 8

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
    (b"{", "JSON", "import a CSV file"),
    (b"[{", "JSON", "import a CSV file"),
    (b"<", "XML or HTML", _SAVE_AS),
)


def foreign_kind(beginning: bytes) -> str | None:
    """Return what a file is instead of a CSV file, and what to do about it; None where it may be one."""
    for signature, kind, advice in _KINDS:
        if beginning.startswith(signature):
            return f"is {kind}; {advice}"
    return None


def encoding_of(beginning: bytes) -> str:
    """Return how its text is read: a byte order mark is no part of it."""
    return "utf-8-sig" if beginning.startswith(codecs.BOM_UTF8) else "utf-8"
