"""Functions that compilers generate: lines of Python, and the values that they may name.

Rule: lines hold only our own names, and names of the schema and the document as literals. No text of a client becomes
code.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

Lines = list[str]


class FallBack(Exception):
    """The value is unusual: the executor has to complete it."""


class GeneratedFunctions:
    """The functions of one compiler, which name each other."""

    def __init__(self, **names: object) -> None:
        """Let them name these, and `FallBack`."""
        self._numbers = count()
        self._names: dict[str, Any] = {"FallBack": FallBack, **names}

    def constant(self, value: object) -> str:
        """Return a name for a value."""
        name = f"constant_{next(self._numbers)}"
        self._names[name] = value
        return name

    def function(self, argument: str, lines: Lines) -> Callable[[Any], Any]:
        """Return the function of an argument that has these lines."""
        source = "\n    ".join([f"def generated({argument}):", *lines])
        exec(compile(source, "<generated>", "exec"), self._names)  # noqa: S102 - see the rule
        generated: Callable[[Any], Any] = self._names.pop("generated")
        return generated
