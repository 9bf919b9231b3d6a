#!/usr/bin/env python3
"""Run scripts of dashboard/package.json, one after the other: `scripts.py lint types`. Needs its packages for tests."""

import os
import subprocess
import sys
from pathlib import Path

from packages import ROOT, StepFailed, node_and_npm

DASHBOARD = ROOT / "dashboard"


def main() -> None:
    """Run them, and end with the status of the first that fails."""
    try:
        node, npm = node_and_npm()
    except StepFailed as failure:
        sys.exit(f"No script of the dashboard was run: {failure}")
    # The programs of packages look for `node`.
    path = os.pathsep.join((str(Path(node[0]).parent), os.environ["PATH"]))
    for script in sys.argv[1:]:
        command = [*npm, "run", "--silent", script]
        done = subprocess.run(command, cwd=DASHBOARD, env={**os.environ, "PATH": path}, check=False)  # noqa: S603 -- ours
        if done.returncode != 0:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
