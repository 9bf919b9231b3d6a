#!/usr/bin/env python3
"""Build one of our pages into app/web/static, whole or not at all: `pages.py graphiql` or `pages.py dashboard`."""

import sys
import tempfile
from pathlib import Path

from packages import ROOT, Argv, StepFailed, install_packages, node_and_npm, run, say

STATIC = ROOT / "app" / "web" / "static"
# By what is built: its folder, and the program of Node there, which takes the folder to write as its last argument.
PAGES: dict[str, tuple[Path, Argv]] = {
    "graphiql": (ROOT / "playground", ["bundle.mjs"]),
    "dashboard": (
        ROOT / "dashboard",
        ["node_modules/vite/bin/vite.js", "build", "--logLevel=warn", "--emptyOutDir", "--outDir"],
    ),
}


def main() -> None:
    """Build the page, or end with one sentence that says why not."""
    [name] = sys.argv[1:]
    source, program = PAGES[name]
    try:
        node, npm = node_and_npm()
        install_packages(npm, source, of_tests=False)
        bundle(name, source, [*node, *program])
    except StepFailed as failure:
        sys.exit(f"The page {name} was not built: {failure}")


def bundle(name: str, source: Path, program: Argv) -> None:
    """Bundle into a temporary folder, and move the result into place when it is complete."""
    page = STATIC / name
    say(source, f"bundling into {page.relative_to(ROOT)}")
    STATIC.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".building-") as temporary:
        fresh, old = Path(temporary) / "fresh", Path(temporary) / "old"
        run([*program, fresh], source, doing="bundling")
        if page.exists():
            page.rename(old)
        fresh.rename(page)
    size = sum(file.stat().st_size for file in page.rglob("*.*"))
    say(source, f"done, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
