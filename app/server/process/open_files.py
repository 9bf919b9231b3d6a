"""The limit of open files, and the connections that fit into it: each is a file to the system.

Rule: a process that runs out of files can take no connection and open no other file, so connections stay below the
limit by what the application needs for itself.
"""

import sys

OWN_FILES = 500  # connections to MongoDB and Redis, logs, sockets that listen, refusals of connections


def make_room(connections: int) -> int | None:
    """Raise this process's limit as far as it may go; return how many connections fit, None if all do."""
    if sys.platform == "win32":
        return None  # there is no such limit
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    fitting = max(soft - OWN_FILES, 2)
    return None if soft == resource.RLIM_INFINITY or fitting >= connections else fitting
