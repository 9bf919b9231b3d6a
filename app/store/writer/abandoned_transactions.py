"""Ends the transactions that a killed process left open.

The server keeps such a transaction, with all that it has locked, for a minute and more: it does not care that the
connection is gone. Rule: what a process that no longer lives has begun must not keep the others waiting for longer than
a few seconds. A transaction of a living process that is ended by mistake is decided again by its writer.
"""

from pymongo.read_concern import ReadConcern

from app.store.client import APP_NAME, Client

ABANDONED_SECONDS = 2  # idle in all; between its statements a living writer pauses for milliseconds

_IDLE_TRANSACTIONS = [
    # Only those of the same database user, which needs no privilege.
    {"$currentOp": {"idleSessions": True, "allUsers": False}},
    {
        "$match": {
            "type": "idleSession",
            "appName": APP_NAME,
            "transaction.timeInactiveMicros": {"$gt": ABANDONED_SECONDS * 1_000_000},
        }
    },
    {"$project": {"lsid.id": True}},
]


async def end_abandoned_transactions(client: Client) -> int:
    """End them all, and return how many there were. Raises the driver's errors."""
    command = {
        "aggregate": 1,
        "pipeline": _IDLE_TRANSACTIONS,
        "cursor": {},
        "readConcern": ReadConcern("local").document,  # all that the stage allows
    }
    answer = await client.admin.command(command)
    sessions = [{"id": idle["lsid"]["id"]} for idle in answer["cursor"]["firstBatch"]]
    if sessions:
        await client.admin.command({"killSessions": sessions})
    return len(sessions)
