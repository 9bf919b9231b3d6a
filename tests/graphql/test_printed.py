"""The commands, settings and small programs that the README and the pages of docs/ print exist in that form.

Rule: a block whose language or command no test knows fails, so that nothing is printed that nothing checks.
"""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.util import find_spec

import click
import pytest
import yaml

from app.cli.main import main
from app.cli.options.client import KEY_VARIABLE
from app.config import FILE_SUFFIX, PREFIX, Settings
from tests.graphql.printed import BLOCKS, PAGES, ROOT, text_of

COMMAND = re.compile(
    r"^\s*(\$ )?(\w+=\S+ )*((\.venv/bin/|bin/)?(stockpulse|python|pytest|pip|uv)|make|docker|curl|git) "
)
GRAPHQL_IS_RUN_BY_OTHERS = "graphql"
CLIENTS, DASHBOARD = ROOT / "docs" / "clients", ROOT / "dashboard"
TEXT = frozenset({"", "text"})  # pictures, and what a command prints
TARGETS = frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
_OF_CADDY = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]", (ROOT / "deploy/caddy/Caddyfile").read_text(encoding="utf-8")))
VARIABLES = _SETTINGS | {f"{name}{FILE_SUFFIX}" for name in _SETTINGS} | {KEY_VARIABLE} | _OF_CADDY
# Programs that the pages call, and that no test of ours knows.
OF_OTHERS = frozenset(
    [
        "caddy",
        "cd",
        "cp",
        "echo",
        "export",
        "git",
        "install",
        "kubectl",
        "mkdir",
        "mongod",
        "mongodump",
        "mongorestore",
        "openssl",
        "pip",
        "redis-server",
        "sudo",
        "sudoedit",
        "systemctl",
        "tee",
    ]
)


def commands() -> Iterator[str]:
    """Yield each command of the shell blocks; in a `console` block these are the lines with a prompt."""
    for block in BLOCKS:
        text = re.sub(r"\\\n\s*", " ", block.text)
        if block.language == "console":
            yield from (line.strip()[2:] for line in text.splitlines() if line.strip().startswith("$ "))
        elif block.language in {"sh", "bash"}:
            yield from _statements(text)


def _statements(text: str) -> Iterator[str]:
    """Yield each line that is a command, joined with the next ones where a quotation goes on."""
    open_lines = ""
    for line in text.splitlines():
        open_lines += line + "\n"
        try:
            words = shlex.split(open_lines, comments=True)
        except ValueError:  # no closing quotation yet
            continue
        if words:
            yield open_lines.strip()
        open_lines = ""
    assert not open_lines, f"A quotation is not closed: {text}"


def inline_commands() -> Iterator[str]:
    """Yield what running text calls a command: `make lint`, `stockpulse serve --port 8001`."""
    for page in PAGES:
        outside = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
        yield from re.findall(r"`((?:make|(?:\.venv/bin/)?stockpulse) [a-z][^`]*)`", outside)


@pytest.mark.parametrize("command", sorted({*commands(), *inline_commands()}))
def test_a_printed_command_exists_in_that_form(command: str) -> None:
    """Its program is known, and has the command, the options, the target or the file that is named."""
    for part in re.split(r"\s(?:&&|\|)\s", command):
        words = shlex.split(part, comments=True)
        while words and re.match(r"\w+=", words[0]):
            del words[0]
        if words:  # variables alone are settings, which another test knows
            check(words)


def _commands_of_npm() -> set[str]:
    """Return the commands of npm in docs/clients and dashboard, and those that run the programs of docs/clients."""
    packages = [json.loads((each / "package.json").read_text(encoding="utf-8")) for each in (CLIENTS, DASHBOARD)]
    programs = (f"node dist/{path.stem}.js" for path in CLIENTS.glob("*.ts"))
    return {"npm ci", *(f"npm run {script}" for package in packages for script in package["scripts"]), *programs}


def check(words: list[str]) -> None:
    """Fail unless this command could be run."""
    program, *arguments = words
    match program.removeprefix("/opt/stockpulse/").removeprefix(".venv/bin/"):
        case "make":
            assert {word for word in arguments if "=" not in word} <= TARGETS, arguments
        case "stockpulse":
            check_stockpulse(main, arguments)
        case "python" | "python3":
            assert arguments[0] == "-m", arguments
            assert find_spec(arguments[1]), arguments
        case "pytest":
            paths = [word.partition("::")[0] for word in arguments if word.startswith("tests")]
            assert all((ROOT / path).exists() for path in paths), paths
        case "curl":
            assert any(re.match(r"https?://", word) for word in arguments), arguments
            if "-d" in arguments:
                json.loads(arguments[arguments.index("-d") + 1])
        case "npm" | "node":
            assert " ".join(words) in _commands_of_npm(), words
        case "docker":
            assert arguments[0] in {"compose", "build", "run"}, arguments
            assert yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
        case other:
            assert other in OF_OTHERS, f"No test knows the command {program!r}."


def check_stockpulse(command: click.Command, arguments: list[str]) -> None:
    """Fail unless the command, its options and their choices exist."""
    context = click.Context(command)
    if isinstance(command, click.Group):
        if not arguments:
            return
        if arguments[0].startswith("-"):
            command.make_parser(context).parse_args(arguments)
            return
        name, inner, rest = command.resolve_command(context, arguments)
        assert inner, name
        check_stockpulse(inner, rest)
        return
    values, _, _ = command.make_parser(context).parse_args([*arguments])
    for option in command.params:
        given = values.get(option.name or "")
        if isinstance(option.type, click.Choice | click.types.IntParamType | click.types.FloatParamType):
            for value in given if isinstance(given, list | tuple) else [given] * isinstance(given, str):
                option.type.convert(value, option, context)


def test_each_block_is_of_a_kind_that_is_checked() -> None:
    """Its language has a test; and what looks like a command is labelled as one."""
    known = {"sh", "bash", "console", "json", "yaml", "python", "js", "ini", GRAPHQL_IS_RUN_BY_OTHERS, *TEXT}
    assert {(block.page, block.language) for block in BLOCKS if block.language not in known} == set()
    for block in BLOCKS:
        if block.language in TEXT:
            assert not any(COMMAND.match(line) for line in block.text.splitlines()), (block.page, block.text)


def test_printed_json_yaml_python_and_units_can_be_read() -> None:
    """By their own parsers."""
    for block in BLOCKS:
        if block.language == "json":
            json.loads(block.text)
        elif block.language == "yaml":
            assert yaml.safe_load(block.text)
        elif block.language == "python":
            ast.parse(block.text)
        elif block.language == "ini":
            units = ConfigParser(interpolation=None)  # systemd has its own
            units.read_string(block.text)
            assert units.sections()


def test_each_printed_setting_exists() -> None:
    """By the name of its variable."""
    printed = {(page, name) for page in PAGES for name in re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]", text_of(page))}
    assert {(page, name) for page, name in printed if name not in VARIABLES} == set()
