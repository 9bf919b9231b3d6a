"""The command as a process of its own, which can be interrupted."""

import sys

COMMAND = [sys.executable, "-c", "from app.commands.replay import replay; replay()"]
