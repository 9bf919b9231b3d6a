"""The limit of open files of this machine: each subscriber is one.

Rule: processes of subscribers have the limit of the process that starts them, so it is raised before.
"""

import sys

OWN_FILES = 100  # connections of the changes, pipes, what Python itself opens


class NoRoom(Exception):
    """More subscribers are asked for than the system allows; the message says what to raise."""


def make_room(sockets: int) -> None:
    """Raise the limit as far as it may go. Raises NoRoom where so many sockets do not fit."""
    if sys.platform == "win32":
        return  # there is no such limit
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = sockets + OWN_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise NoRoom(
            f"{sockets:,} subscribers in one process need {needed:,} open files, and the system allows {hard:,}: "
            "raise `ulimit -Hn`, or take more --processes."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
