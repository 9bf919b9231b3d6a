"""Ties a process to its parent: it ends when the parent ends, even by SIGKILL.

`python die_with_parent.py PARENT_PID COMMAND…` becomes the command, tied to that parent. Python's own hook between fork
and exec (`preexec_fn`) could do that too, but it may deadlock in a program that has threads.

Rule: only the standard library, because the script starts without site-packages.
"""

import ctypes
import os
import signal
import sys
import threading
from multiprocessing import parent_process

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def die_with_parent() -> None:
    """End this worker at once when the process that spawned it ends; do nothing in a process that was not spawned.

    Not gracefully: the parent was killed, our database goes with it, and a worker that lingers keeps the port.
    """
    parent = parent_process()
    if parent is None or parent.pid is None:
        return
    if sys.platform == "linux":
        _tie_to(parent.pid)
    else:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), name="die-with-parent", daemon=True).start()


def tied_to_us(command: list[str]) -> list[str]:
    """Return the command that runs `command` until this process ends, or until the thread that starts it ends.

    Only Linux can do it; elsewhere the command is returned as it is.
    """
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def _tie_to(parent_pid: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:  # it ended before we were tied to it
        os._exit(1)


if __name__ == "__main__":
    _tie_to(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command comes from tied_to_us
