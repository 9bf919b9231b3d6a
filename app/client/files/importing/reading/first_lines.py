"""In which line of a file each name stood first."""

from typing import ClassVar

from app.client.files.importing.scratch import ScratchTable


class FirstLines(ScratchTable):
    """A table of names: see ScratchTable."""

    columns: ClassVar[str] = "line INTEGER NOT NULL"

    def note(self, name: str, line: int) -> int:
        """Return the line in which a name stood first: this one, if it is new."""
        if self._database.execute("INSERT OR IGNORE INTO known VALUES (?, ?)", (name, line)).rowcount:
            return line
        first: int = self._database.execute("SELECT line FROM known WHERE name = ?", (name,)).fetchone()[0]
        return first
