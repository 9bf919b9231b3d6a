"""How many connections the system lets a process hold open: each is a file to it.

Rule: a process that runs out of files can take no connection and open no other file, so we stay below by what the
application needs for itself.
"""

import sys

OWN_FILES = 500  # connections to MongoDB and Redis, logs, sockets that listen, answers to who is refused


def make_room(connections: int) -> int | None:
    """Raise this process's limit as far as it may go; return how many connections fit, None if all do."""
    if sys.platform == "win32":
        return None  # there, no such limit exists
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    fitting = max(soft - OWN_FILES, 2)
    return None if soft == resource.RLIM_INFINITY or fitting >= connections else fitting
