"""Names and words: one public class for each name, and the words of the field instead of our own."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import app

ROOT = Path(app.__path__[0]).parent
READ = ("app", "schema", "resolvers", "docs")
SUFFIXES = frozenset({".py", ".md", ".graphql", ".yml"})

# Each word with what to write instead.
RIDDLES = {
    "anybody": "any client, any process",
    "colleagues?": "worker process",
    "couriers?": "webhook worker",
    "crew": "client pool",
    "doors?": "command bus",
    "faults?": "error; failure, where something broke",
    "forerunners?": "the earlier ones, by name",
    "garbage(?! collector)": "what is not valid",
    "gives way": "who goes first, and why",
    "is to notice": "what stays the same",
    "nobody": "no client, no operator, no process",
    "shelf": "document mapping",
    "somebody": "a client, an operator, another process",
    "strands?": "tail source",
    "told": "published, returned, reported, sent, warned",
    "whoever": "the caller, a client, an operator",
}
_RIDDLE = re.compile(rf"\b({'|'.join(RIDDLES)})\b", re.IGNORECASE)
# A replay reads what a shop wrote into its sales file, and simulates its shelf. A soak injects faults, as its field has
# it, and tests of failures are named so.
MEANT = re.compile(
    r"app/client/replay/\S+ (shelf|fault)|(docs|app/client/soak|app/(cli|server/commands)/soak)\S+ faults?",
    re.IGNORECASE,
)


def public_classes() -> Iterator[tuple[str, str]]:
    """Yield the name and the place of each public class of the application."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, f"{path.relative_to(ROOT)}:{node.lineno}"


def prose() -> Iterator[tuple[str, str]]:
    """Yield each line of code and documentation, with its place."""
    found = [path for folder in READ for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    for path in [ROOT / "README.md", *sorted(found)]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_no_two_public_classes_have_one_name() -> None:
    """A name that is searched for leads to one class."""
    places = defaultdict(list)
    for name, place in public_classes():
        places[name].append(place)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_code_and_documentation_use_the_words_of_the_field() -> None:
    """A reader who knows inventories and servers, but not us, understands each sentence."""
    found = [f"{place} {match[0]}" for place, line in prose() for match in _RIDDLE.finditer(line)]
    assert [each for each in found if not MEANT.fullmatch(each)] == []
