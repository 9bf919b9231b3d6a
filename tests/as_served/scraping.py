"""What a server says of itself, as Prometheus reads it."""

import httpx
from prometheus_client.parser import text_string_to_metric_families


async def scraped(port: int) -> dict[str, float]:
    """Return the sum of each series, by name."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/metrics", timeout=10)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found
