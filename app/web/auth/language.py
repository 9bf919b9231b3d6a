"""In which language a browser gets a page about access: as chosen on the dashboard, else as the browser wishes."""

from typing import Final

from starlette.requests import HTTPConnection

from app.web.accept import weights
from app.web.auth.texts import TEXTS, Language

CHOSEN: Final = "stockpulse-language"  # the dashboard's cookie: see dashboard/src/text/languages.ts
VARY: Final = "accept-language, cookie"

_OTHERWISE: Final[Language] = "en"


def language_of(request: HTTPConnection) -> Language:
    """Return the language in which to answer: of those that there are, the one wished for most; English without one."""
    chosen = _known(request.cookies.get(CHOSEN, ""))
    if chosen is not None:
        return chosen
    found, heaviest = _OTHERWISE, 0.0
    for wish, weight in weights(",".join(request.headers.getlist("accept-language"))).items():
        language = _known(wish)
        if language is not None and weight > heaviest:
            found, heaviest = language, weight
    return found


def _known(tag: str) -> Language | None:
    """Return the language of a tag such as `de-AT`, None where there are no texts in it."""
    primary = tag.partition("-")[0]
    return next((language for language in TEXTS if language == primary), None)
