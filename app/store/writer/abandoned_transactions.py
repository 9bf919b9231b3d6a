"""Ends the transactions that a killed process left open.

The server keeps such a transaction open, with its locks, for a minute and more, although the connection is gone.

Rule: a transaction of a process that ended must not delay other processes for longer than a few seconds. One of a
living process that is ended by mistake is retried by its writer.
"""

from pymongo.read_concern import ReadConcern

from app.store.driver.client import APP_NAME, Client

ABANDONED_SECONDS = 2  # idle in all; between its statements a living writer pauses for milliseconds

_IDLE_TRANSACTIONS = [
    # Only sessions of the same database user, which needs no privilege.
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
    """End abandoned transactions; return how many there were. Raises the driver's errors."""
    command = {
        "aggregate": 1,
        "pipeline": _IDLE_TRANSACTIONS,
        "cursor": {},
        "readConcern": ReadConcern("local").document,  # the only one that the stage allows
    }
    answer = await client.admin.command(command)
    sessions = [{"id": idle["lsid"]["id"]} for idle in answer["cursor"]["firstBatch"]]
    if sessions:
        await client.admin.command({"killSessions": sessions})
    return len(sessions)
