"""The two pages about access, in the language of who asks.

Rule: a page holds no data, so each is made once per language. Its script finds what it has to say on it.
"""

from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final, Literal

from msgspec import structs
from msgspec.json import encode
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.web.auth.language import VARY, language_of
from app.web.auth.texts import TEXTS, Language
from app.web.compression import gzip, takes_gzip
from app.web.pages.static_file import LEVEL

PAGE: Final = Path(__file__).parent / "page"
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "cache-control": "no-cache",
}

Name = Literal["sign_in", "account"]
_FILES: Final[dict[Name, str]] = {"sign_in": "sign-in.html", "account": "account.html"}


def page(name: Name, request: Request) -> Response:
    """Answer with one of the pages."""
    language = language_of(request)
    body, headers = _html(name, language), {**HEADERS, "vary": f"accept-encoding, {VARY}", "content-language": language}
    if takes_gzip(request.scope["headers"]):
        body, headers["content-encoding"] = gzip(body, LEVEL), "gzip"
    return HTMLResponse(body, headers=headers)


@lru_cache
def _html(name: Name, language: Language) -> bytes:
    texts = TEXTS[language]
    said = encode(texts.said).decode()
    values = {"language": language, "said": said, **structs.asdict(getattr(texts, name))}
    template = Template((PAGE / _FILES[name]).read_text())
    return template.substitute({key: escape(value) for key, value in values.items()}).encode()
