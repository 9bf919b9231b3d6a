"""Prints the schema as it is committed: sorted, so that a change shows where it is."""

from schema.root import build_schema


def sdl() -> str:
    """Return the schema in the schema definition language."""
    return build_schema(is_sorted=True).as_str() + "\n"


if __name__ == "__main__":
    print(sdl(), end="")  # noqa: T201 - this is what the command is for
