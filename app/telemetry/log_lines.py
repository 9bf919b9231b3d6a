"""The lines of the log, as text for people or as JSON for what collects them (ADR 56).

Rule: one record cannot be read as two, whatever it quotes. In text, the lines of a record that follow its first are
marked; in both forms, control characters and those that turn the direction of a line are shown by their numbers.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

import orjson

from app.telemetry.work import described_work

FACTS = "facts"  # of a record: what a line of JSON has beside its message, by name

_CONTINUED = "\n  | "

_LEVEL_WIDTH = len("CRITICAL")
_COLORS = {"DEBUG": 36, "INFO": 32, "WARNING": 33, "ERROR": 31, "CRITICAL": 91}

# Control characters (of both blocks), line breaks of Unicode, changes of direction, and halves of surrogate pairs.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str) -> str:
    """Return a text with what could disturb a line shown by its number; line feeds and tabs stay."""
    return _UNSAFE.sub(_number, text)


def message_of(record: logging.LogRecord) -> str:
    """Return the message of a record, also where its arguments do not fit it. Raises nothing."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - whatever an argument raises that is to be shown
        return f"{record.msg} (its arguments cannot be shown)"


class TextLines(logging.Formatter):
    """Records as uvicorn shows them, with the id of the request where the message does not name it."""

    def __init__(self, *, has_colors: bool | None = None) -> None:
        """Use colors where the standard error stream is a terminal, unless it is said."""
        super().__init__()
        self._has_colors = sys.stderr.isatty() if has_colors is None else has_colors

    def format(self, record: logging.LogRecord) -> str:
        """Return a record."""
        message = message_of(record)
        request_id = described_work().get("request_id")
        if isinstance(request_id, str) and request_id not in message:
            message = f"{message} [request {request_id}]"
        parts = [message]
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(record.stack_info)
        return self._prefix(record.levelname) + shown("\n".join(parts)).replace("\n", _CONTINUED)

    def _prefix(self, level: str) -> str:
        color = _COLORS.get(level) if self._has_colors else None
        shown_level = level if color is None else f"\x1b[{color}m{level}\x1b[0m"
        return f"{shown_level}:{' ' * (_LEVEL_WIDTH - len(level))} "


class JsonLines(logging.Formatter):
    """Records as JSON, an object each: the time in UTC, the level, the logger, the message, and what is known."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            **described_work(),
            **getattr(record, FACTS, {}),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        return _UNSAFE.sub(_escaped, _encoded(line))


def _encoded(line: dict[str, object]) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:  # half a surrogate pair, which JSON has a form for and UTF-8 has not
        return json.dumps(line, default=str)


def _number(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - two digits


def _escaped(found: re.Match[str]) -> str:
    """Return a character as JSON escapes it; the encoder leaves those beyond ASCII as they are."""
    return f"\\u{ord(found[0]):04x}"
