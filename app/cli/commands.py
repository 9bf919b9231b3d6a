"""The commands of `stockpulse` by name, each in a module that is imported when the command is asked for.

Rule: what `stockpulse --help` prints of a command stands beside its place, so that it imports none.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, NoReturn

import click

from app.cli.endings import ends_by_a_sentence

# The place of a command, as "module:name", and the first sentence of its help; by what is typed.
CommandPlaces = Mapping[str, tuple[str, str]]
# Commands by the heading under which the help lists them.
CommandSections = Mapping[str, CommandPlaces]


class CommandTable(MutableMapping[str, click.Command]):
    """The commands of a group. To look one up imports it; to list their names does not."""

    def __init__(self, places: CommandPlaces) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        place, _ = self._places[name]
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError(f"list the place of {name} instead: a command that is added would be imported for each --help")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError(f"{name} is listed for good")


class LazyGroup(click.Group):
    """A group whose help imports no command, and lists its commands under headings."""

    def __init__(self, *, sections: CommandSections, **options: Any) -> None:  # noqa: ANN401 - click's own options
        places = {name: place for listed in sections.values() for name, place in listed.items()}
        super().__init__(commands=CommandTable(places), **options)
        self._sections = sections

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - click's own
        """Run a command as click does, and end it by a sentence where click would show a traceback."""
        with ends_by_a_sentence():  # what is written before a command runs, such as the help
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Import and run the command that was typed. After Ctrl-C click would end with 1, which has another meaning."""
        with ends_by_a_sentence():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the lists of commands, aligned with each other."""
        widest = max(len(name) for name in self.list_commands(ctx))
        for heading, places in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), text) for name, (_, text) in places.items()])
