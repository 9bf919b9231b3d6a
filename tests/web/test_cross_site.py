"""Cross-site request forgery: what a page of another site can make a browser send is not executed."""

import json

import pytest

from tests.web.toy import LOG, http_client, toy_app

BROWSER_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
BROWSER_IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
RESPONSE_JSON = "application/graphql-response+json"
ADJUST = 'mutation { adjust(input: {idempotencyKey: "forged", lines: []}) { sku } }'


async def get(headers: dict[str, str]) -> tuple[int, str]:
    """Send a query by GET with these headers alone."""
    async with http_client(toy_app()) as client:
        client.headers.clear()
        response = await client.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    return response.status_code, response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept": "*/*"},
        {"accept": "application/*"},
        {"accept": BROWSER_PAGE},
        {"accept": BROWSER_IMAGE},
        {"accept": "application/json;q=0, */*"},
        {"accept": "application/json;q=2, */*"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        {"content-type": "multipart/form-data"},
        {"content-type": ""},
        {"content-type": "nonsense"},
        {"content-type": "text/plain;application/json"},
        {"apollo-require-preflight": ""},
        {"x-apollo-operation-name": " "},
        {"accept": "application/json", "sec-fetch-site": "cross-site"},
        {"accept": RESPONSE_JSON, "sec-fetch-site": "same-site"},
    ],
)
async def test_a_get_that_any_page_can_cause_is_refused(headers: dict[str, str]) -> None:
    """400 and what to add; links, images, scripts and `fetch` without a preflight send nothing else."""
    status, text = await get(headers)
    assert status == 400
    message = json.loads(text)["errors"][0]["message"]
    assert "'GraphQL-Preflight: 1'" in message
    assert f"'Accept: {RESPONSE_JSON}'" in message


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json"},
        {"accept": f"{RESPONSE_JSON}, application/json;q=0.9, */*;q=0.1"},
        {"accept": "application/json", "sec-fetch-site": "same-origin"},
        {"accept": "application/json", "sec-fetch-site": "none"},
        {"graphql-preflight": "1"},
        {"apollo-require-preflight": "true", "sec-fetch-site": "cross-site"},
        {"x-apollo-operation-name": "Levels"},
        {"x-requested-with": "XMLHttpRequest", "accept": "*/*"},
        {"content-type": "application/json"},
        {"content-type": "application/graphql+json; charset=utf-8"},
    ],
)
async def test_a_get_that_was_meant_is_run(headers: dict[str, str]) -> None:
    """By a header that needs a preflight, or by a media type that only GraphQL clients name."""
    assert await get(headers) == (200, '{"data":{"hello":"Hello, world."}}')


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain; charset=utf-8",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json, text/plain",
        "application/graphql",
        "text/json",
    ],
)
async def test_a_post_that_a_form_can_send_changes_nothing(content_type: str | None) -> None:
    """415, and the resolver was not called: whatever the body says."""
    async with http_client(toy_app()) as client:
        body = json.dumps({"query": ADJUST}).encode()
        headers = {} if content_type is None else {"content-type": content_type}
        response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 415
    assert "application/json" in response.json()["errors"][0]["message"]
    assert "forged" not in LOG.executed


async def test_two_content_types_are_none() -> None:
    """A proxy before us may have read the other one."""
    async with http_client(toy_app()) as client:
        headers = [("content-type", "text/plain"), ("content-type", "application/json")]
        response = await client.post("/graphql", content=b'{"query":"{ hello }"}', headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("content_type", ["application/json", "application/graphql+json; charset=UTF-8"])
async def test_a_post_of_json_is_run(content_type: str) -> None:
    """For these a browser sends a preflight."""
    async with http_client(toy_app()) as client:
        response = await client.post(
            "/graphql", content=b'{"query":"{ hello }"}', headers={"content-type": content_type}
        )
    assert response.json() == {"data": {"hello": "Hello, world."}}
