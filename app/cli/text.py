"""Texts that are given on a command line: they go into requests, and so must be texts.

Rule: only click is imported here, beside the rules of texts themselves, so that `--help` stays quick.
"""

import sys

import click

from app.domain.folding import composed


class Text(click.ParamType[str]):
    """A text in normal form C. What a shell passes on that is no UTF-8 is refused."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("this is no text in UTF-8.", param, ctx)
        return composed(value)


TEXT = Text()


def print_anything() -> None:
    """Let output that is not in UTF-8 show what it has no sign for by its number, where Python would stop."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")
