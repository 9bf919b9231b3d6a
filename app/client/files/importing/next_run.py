"""Which run of a file comes next: the first that was not completed.

Rule: the last chunk of a run is sent when all others are answered, so its key shows whether the run was completed. A
run that was cut off goes on under its own keys; one that was completed is followed by another, because what the file
says may have been overtaken since.
"""

from app.client.files.importing import requests
from app.client.files.importing.requests import ImportRun
from app.client.http.retrying_client import RetryingClient

LAST = "last"  # the chunk that completes a run


async def next_run(client: RetryingClient, identity: str) -> ImportRun:
    """Return the run that is to be done now, found with few questions however many there were. Raises CannotGoOn."""
    completed, unknown = 0, 1
    while await _is_complete(client, ImportRun(identity, unknown)):
        completed, unknown = unknown, unknown * 2
    while unknown - completed > 1:
        middle = (completed + unknown) // 2
        if await _is_complete(client, ImportRun(identity, middle)):
            completed = middle
        else:
            unknown = middle
    return ImportRun(identity, unknown)


async def _is_complete(client: RetryingClient, run: ImportRun) -> bool:
    return (await client.ask(requests.recorded(run.key(LAST))))["recorded"] is not None
