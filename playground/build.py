#!/usr/bin/env python3
"""Build the GraphiQL page into app/web/static/graphiql, whole or not at all."""

import sys
import tempfile
from pathlib import Path

from packages import Argv, StepFailed, install_packages, node_and_npm, run, say

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "app" / "web" / "static"
PAGE = STATIC / "graphiql"


def main() -> None:
    """Build the page, or end with one sentence that says why not."""
    try:
        node, npm = node_and_npm()
        install_packages(npm, HERE)
        bundle(node)
    except StepFailed as failure:
        sys.exit(f"The GraphiQL page was not built: {failure}")


def bundle(node: Argv) -> None:
    """Bundle into a temporary folder, and move the result into place when it is complete."""
    say(HERE, f"bundling into {PAGE.relative_to(HERE.parent)}")
    STATIC.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".building-") as name:
        fresh, old = Path(name) / "fresh", Path(name) / "old"
        run([*node, HERE / "bundle.mjs", fresh], HERE, doing="bundling")
        if PAGE.exists():
            PAGE.rename(old)
        fresh.rename(PAGE)
    size = sum(file.stat().st_size for file in PAGE.rglob("*.*"))
    say(HERE, f"done, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
