"""The reference and the decision records are complete, and name only what is there."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
from graphql import build_schema

from app.cli.main import main
from app.config import Settings
from app.domain import limits
from app.domain.access.role import BUILT_IN_SCOPES
from app.domain.access.scope import Scope
from app.domain.insight import movers
from app.services.live import ledger_offset
from app.services.live.documents import document_feed
from app.services.live.figures import live_figures, recomputed
from app.services.live.ledger import ledger_stream
from app.services.live.levels import level_log, throttled
from app.web.edge.http.http_limits import HttpLimits
from app.web.graphql.transport.limits import Limits
from schema.declarations.scopes import AREAS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
]
SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
RECORDS = sorted((DOCS / "adr").glob("0*.md"))
CODE = {path: path.read_text(encoding="utf-8") for top in ("app", "schema") for path in (ROOT / top).rglob("*.py")}
LIVE_LIMITS = {
    level_log: ["MAX_LEVELS_KEPT"],
    ledger_stream: ["MAX_EVENTS_KEPT"],
    document_feed: ["MAX_DOCUMENTS_KEPT"],
    throttled: ["MAX_LEVEL_THROTTLE_MS"],
    recomputed: ["MIN_THROTTLE_MS", "MAX_THROTTLE_MS"],
    live_figures: ["MAX_MOVER_LOCATIONS"],
    movers: ["MAX_MOVERS", "MAX_LINES_READ"],
    ledger_offset: ["MAX_CURSOR_LENGTH"],
}

_PATH = re.compile(r"`((?:app|schema|resolvers|tests|bench|building|dashboard|docs|playground)/[\w./-]*)`")
_STATUS = re.compile(r"^\*\*Status\.\*\*\s(.+?)\.\s\*\*Date\.\*\*\s(\d{4}-\d\d-\d\d)\.$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """Return a page of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """Return the cells of all tables of a page, without their heads."""
    found = [line.strip().strip("|").split("|") for line in page(name).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in found]


def test_the_files_that_the_pages_name_exist() -> None:
    """Both the paths of code and the links to other pages; a rename that forgets the pages fails here."""
    missing = []
    for path in PAGES:
        text, here = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
        missing += [(here, name) for name in _PATH.findall(text) if not (ROOT / name).exists()]
        missing += [(here, link) for link in links if not (path.parent / link).exists()]
    assert missing == []


def test_the_modules_and_classes_that_developers_are_sent_to_exist() -> None:
    """Names without a path, and the methods of classes, in the pages for developers and in their pictures."""
    modules = {path.name for path in (*CODE, *(ROOT / "tests").rglob("test_*.py"))}
    classes = {name: text for text in CODE.values() for name in re.findall(r"^class (\w+)", text, re.MULTILINE)}
    pages = " ".join(page(f"develop/{name}.md") for name in ("architecture", "where-code-goes"))
    words = [*re.findall(r"`([\w.]+)`", pages)]
    for picture in DOCS.rglob("*.svg"):
        words += re.findall(r"\b([A-Z][a-z]+[A-Z][a-z]\w+(?:\.[a-z]\w+)?)\b", picture.read_text(encoding="utf-8"))
    assert [word for word in words if word.endswith(".py") and word not in modules] == []
    named = [word.partition(".") for word in words if re.fullmatch(r"[A-Z]+[a-z]\w*(\.\w+)?", word)]
    assert [name for name, _, _ in named if name not in classes] == []
    assert [(name, method) for name, _, method in named if f"def {method}" not in f"{classes[name]}def "] == []


def test_the_targets_of_make_that_pages_name_exist() -> None:
    """In text and in commands."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name for path in PAGES for name in re.findall(r"(?:`|^)make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named <= targets


def test_each_error_code_is_explained() -> None:
    """With its type and the facts of that type; deprecated facts need no mention."""
    interface = SCHEMA.type_map["UserError"]
    common = interface.fields.keys()
    told = {row[1].strip("`"): (row[0], row[3]) for row in rows("reference/errors-and-idempotency.md") if len(row) > 3}
    for each in SCHEMA.get_possible_types(interface):
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each.name.removesuffix("Error")).upper()
        facts = [name for name, field in each.fields.items() if name not in common and not field.deprecation_reason]
        assert (told[each.name][0], set(re.findall(r"\w+", told[each.name][1]))) == (f"`{code}`", set(facts))
    text = page("reference/errors-and-idempotency.md")
    for enum in ("UserErrorCode", "UserWarningCode"):
        assert [name for name in SCHEMA.type_map[enum].values if f"`{name}`" not in text] == []


def test_each_scope_type_and_role_is_explained() -> None:
    """Scopes in their order, the types of each area, and the scopes of each built-in role."""
    listed = [(row[0].strip("`"), row[1], len(row)) for row in rows("reference/scopes.md") if row[0].startswith("`")]
    assert [name for name, about, columns in listed if columns == 2 and not about.startswith("`")] == list(Scope)
    named = {(columns, name): set(re.findall(r"`([\w:]+)`", about)) for name, about, columns in listed}
    assert {name: scopes for (columns, name), scopes in named.items() if columns == 3} == BUILT_IN_SCOPES
    areas = {name: types for (columns, name), types in named.items() if columns == 2 and types}
    assert areas == {scope: set(types) for scope, types in AREAS.items()}


def test_each_close_code_is_explained() -> None:
    """Every code that the websocket transport closes with stands in the table."""
    used = {
        code
        for path, text in CODE.items()
        if "web" in path.parts and ("transport" in path.parts or path.name == "protocol.py")
        for code in re.findall(r"\b(?:100[789]|101[23]|44\d\d)\b", text)
    }
    assert used == {row[0] for row in rows("reference/subscriptions.md") if row[0].isdigit()}


def test_each_setting_is_explained_with_its_default() -> None:
    """As an environment variable; a default that the page words otherwise is one of none."""
    told = {row[0].strip("`"): row[1].strip("`") for row in rows("reference/settings.md")}
    worded = {"None": "not set", "()": "empty", "True": "true", "False": "false"}
    expected = {
        f"STOCKPULSE_{name.upper()}": worded.get(str(field.default), str(field.default))
        for name, field in Settings.model_fields.items()
    }
    assert {name: value for name, value in told.items() if name != "variable"} == expected


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by what is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


def test_each_command_and_option_is_explained() -> None:
    """By every spelling of it."""
    text = page("reference/cli.md")
    for name, command in commands(main):
        assert f"`{name}`" in text, name
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert [word for word in (*option.opts, *option.secondary_opts) if f"`{word}`" not in text] == [], name


def test_each_limit_is_explained_with_its_value() -> None:
    """Of the domain, of subscriptions, of the GraphQL transport and of HTTP; each with its reason."""
    bounds = {name: value for name, value in vars(limits).items() if name.startswith("MAX_")}
    for each in (Limits(), HttpLimits()):
        bounds |= {field.name: getattr(each, field.name) for field in fields(each)}
    for module, names in LIVE_LIMITS.items():
        bounds |= {name: getattr(module, name) for name in names}
    listed = [row for row in rows("operate/limits.md") if len(row) > 4 and row[4] != "name"]
    told = {row[4].strip("`"): row[1] for row in listed}
    assert told == {name: f"{value:,.0f}" for name, value in bounds.items()}
    assert [row[0] for row in listed if not row[3]] == []


def test_each_word_of_the_glossary_occurs() -> None:
    """In the schema or in another page, in words or as a field's name."""
    pages = [path.read_text(encoding="utf-8") for path in PAGES if path.name != "glossary.md"]
    texts = " ".join([(ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"), *pages])
    text = re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", texts)).lower()
    words = [row[0] for row in rows("reference/glossary.md") if row[0] != "word"]
    assert [word for word in words if word.lower() not in text] == []
    assert len(words) == len(set(words))


def test_each_decision_record_has_a_status_and_is_listed() -> None:
    """In the words of the record, with its date."""
    listed = rows("adr/README.md")[1:]
    for path, row in zip(RECORDS, listed, strict=True):
        text = path.read_text(encoding="utf-8")
        found = _STATUS.search(text)
        assert found, path.name
        status = " ".join(found[1].split())
        title = text.partition("\n")[0].removeprefix(f"# {path.name[:4]} ")
        assert row == [f"[{path.name[:4]}]({path.name})", title, status[0].lower() + status[1:], found[2]]


def test_each_decision_record_is_cited_where_it_binds() -> None:
    """In a comment or docstring of the code, as `ADR 7`."""
    cited = {int(number) for text in CODE.values() for number in re.findall(r"\bADR (\d+)", text)}
    assert cited == {int(path.name[:4]) for path in RECORDS}


def test_each_test_that_the_threats_name_exists() -> None:
    """A row without a test that can fail promises nothing."""
    page = (ROOT / "docs/operate/security.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and not row.startswith(("| threat", "| what"))]
    threats = rows[rows.index(next(row for row in rows if row.startswith("| API1"))) :]
    named = [re.findall(r"`(test_[a-z0-9_]+)`", row) for row in threats]
    assert all(named), [row for row, tests in zip(threats, named, strict=True) if not tests]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert {name for names in named for name in names if f"def {name}(" not in sources} == set()
