"""The blocks that the README and the pages of docs/ print, by page, section and language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import build_schema

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
README = "README.md"
PAGES = (README, *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))

_LINE = re.compile(r"^(?P<fence>\s*```)(?P<language>\w*)|^#{1,3} (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block of a page, in the section whose heading is the last before it."""

    page: str
    section: str
    language: str
    text: str


def text_of(page: str) -> str:
    """Return a page as it is committed."""
    return (ROOT / page).read_text(encoding="utf-8")


def _blocks(page: str) -> Iterator[Block]:
    text, section, begin = text_of(page), "", None
    for found in _LINE.finditer(text):
        if found["fence"] and begin is None:
            begin = found
        elif found["fence"] and begin:
            inside = text[begin.end() + 1 : found.start()]
            yield Block(page=page, section=section, language=begin["language"], text=inside)
            begin = None
        elif begin is None:
            section = found["title"]


BLOCKS = tuple(block for page in PAGES for block in _blocks(page))


def texts(language: str, page: str | None = None) -> list[str]:
    """Return the blocks of one language, of all pages or of one."""
    return [block.text for block in BLOCKS if block.language == language and page in {None, block.page}]


def parts(page: str) -> dict[str, list[str]]:
    """Return the GraphQL blocks of a page by section, in the order in which a reader runs them."""
    found: dict[str, list[str]] = {}
    for block in BLOCKS:
        if block.page == page and block.language == "graphql":
            found.setdefault(block.section, []).append(block.text)
    return found
