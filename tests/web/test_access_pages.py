"""The pages about access in the languages that there are: which one a browser gets, and that no text is missing."""

import json
import re
from collections.abc import Iterator
from html import escape, unescape

import httpx
import pytest
from msgspec import structs, to_builtins
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.web.auth.pages import PAGE, Name, page
from app.web.auth.texts import TEXTS, Language, Texts

PAGES: tuple[Name, ...] = ("sign_in", "account")


def _page(request: Request) -> Response:
    name: Name = request.path_params["name"]
    return page(name, request)


async def get(name: str = "sign_in", **headers: str) -> httpx.Response:
    """Load one of the pages."""
    app = Starlette(routes=[Route("/{name}", _page)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        return await client.get(f"/{name}", headers={key.replace("_", "-"): value for key, value in headers.items()})


@pytest.mark.parametrize(
    ("language", "headers"),
    [
        ("en", {}),
        ("de", {"accept_language": "de-AT,de;q=0.9,en;q=0.8"}),
        ("de", {"accept_language": "fr, DE;q=0.7, en;q=0.5, *;q=0.1"}),
        ("en", {"accept_language": "en-GB, de"}),
        ("en", {"accept_language": "de;q=0, fr, *"}),
        ("en", {"accept_language": "den"}),
        ("de", {"accept_language": "en", "cookie": "stockpulse-language=de"}),
        ("en", {"accept_language": "de", "cookie": "stockpulse-language=en; other=1"}),
        ("de", {"accept_language": "de", "cookie": "stockpulse-language=fr"}),
    ],
)
async def test_a_page_is_in_the_language_chosen_on_the_dashboard_or_that_the_browser_wishes_for(
    language: Language, headers: dict[str, str]
) -> None:
    """It says so, and what it depends on; other languages and no wish are answered in English."""
    answer = await get(**headers)
    assert f'<html lang="{language}">' in answer.text
    assert f"<title>{TEXTS[language].sign_in.title} " in answer.text
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "accept-encoding, accept-language, cookie"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", PAGES)
async def test_each_text_is_on_its_page(name: Name, language: Language) -> None:
    """Those that its script says, too."""
    html = (await get(name, accept_language=language)).text
    assert "$" not in html
    for field, text in structs.asdict(getattr(TEXTS[language], name)).items():
        assert re.search(rf'[>" ]{re.escape(escape(text))}["<\s]', html), field
    [said] = re.findall(r'data-said="([^"]*)"', html)
    assert json.loads(unescape(said)) == to_builtins(TEXTS[language].said)


def test_the_scripts_say_only_what_the_catalogue_has_and_all_of_it() -> None:
    """By the same names, in each language with the same values put in."""
    scripts = "".join(path.read_text() for path in PAGE.glob("*.js"))
    said = to_builtins(TEXTS["en"].said)
    refusals, facts = said.pop("refusals"), said.pop("facts")
    assert set(re.findall(r"\bsaid\.(\w+)", scripts)) == {*said, "refusals"}
    assert set(re.findall(r"\bfacts\.(\w+)", scripts)) == {*facts}
    assert {"UNAUTHENTICATED", "WRONG_PASSWORD"} < {*refusals}
    english, german = ([text.count("{}") for text in _all(texts)] for texts in TEXTS.values())
    assert english == german


def _all(texts: Texts) -> Iterator[str]:
    said = to_builtins(texts.said)
    yield from (text for value in said.values() for text in (value.values() if isinstance(value, dict) else [value]))
