"""The command as a process of its own, which can be interrupted."""

import sys

COMMAND = [sys.executable, "-c", "from app.cli.replay import replay; replay()"]
