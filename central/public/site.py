"""The public site: its first page, and the pages that each matter adds. Says only what anybody may know.

Must never name a matter: what there is to see comes from whoever is given to `build`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response

from central.kernel.centre import Centre
from central.web.drawing import LANGUAGES, Pages
from central.web.town import NAMELESS, town
from municipality.matter import Matter

Language: TypeAlias = Annotated[Literal["el", "en"], Query(alias="lang", description="Language of the page.")]
TEXT: dict[str, Any] = {"type": "string"}
# A tracker or a code in an address is nobody else's business.
_POLICY = {"Referrer-Policy": "no-referrer"}
_HERE = Path(__file__).parent


def _(message: str) -> str:
    return message


class Room(Protocol):
    """What the site asks of a matter: its noun, and the function that adds its pages; None: it has none here."""

    @property
    def matter(self) -> Matter: ...

    @property
    def public(self) -> Callable[[Site], None] | None: ...


class Site:
    """What a matter is handed to add its pages with: the routes, the pen, a place on the first page."""

    def __init__(self, centre: Centre, nouns: Iterable[str]) -> None:
        self.centre = centre
        self.router = APIRouter(tags=["site"])
        self._pages = Pages("public", nouns, _POLICY)
        self._at_home: list[tuple[str, Callable[[], Mapping[str, object]]]] = []

    def draw(self, page: str, language: str, status: int = 200, *, path: str, **values: object) -> HTMLResponse:
        """`path`: where the page lies, for its twin in the other language."""
        return self._pages.draw(page, language, status, path=path, **town(self.centre, language), **values)

    def at_home(self, part: str, values: Callable[[], Mapping[str, object]] = dict) -> None:
        """A section of the first page, drawn from the template `part`. Sections stand in the order of the register."""
        self._at_home.append((part, values))

    def home(self, language: str) -> HTMLResponse:
        parts = [self._pages.part(part, language, **values()) for part, values in self._at_home]
        return self.draw("home.html", language, parts=parts, path="/")

    def missing(self, language: str, why: str, status: int = 404) -> HTMLResponse:
        """`why`: a message id."""
        return self.draw("missing.html", language, status, why=why, path="/")

    def problem(self, request: Request, status: int) -> Response:
        """The page for an address that is none, or that cannot be asked so."""
        language = request.query_params.get("lang", "el")
        why = _("There is no such page here. Check the address, or begin from the first page.")
        return self.missing(language if language in LANGUAGES else "el", why, status)

    def away(self, language: str) -> Response:
        """For when the centre itself fails: asks no store, so it names nobody, and says nothing of what was asked."""
        return self._pages.draw("away.html", language, 503, municipality=NAMELESS[language], demo=False, path="/")


def build(centre: Centre, rooms: Iterable[Room]) -> Site:
    """The site of `centre`, with the pages of all `rooms` that have any."""
    rooms = tuple(rooms)
    site = Site(centre, [room.matter.noun for room in rooms])
    _add_own(site)
    for room in rooms:
        if room.public is not None:
            room.public(site)
    return site


def _add_own(site: Site) -> None:
    @site.router.get("/", response_class=HTMLResponse, summary="What anybody may look up here")
    def home(language: Language = "el") -> Response:
        return site.home(language)

    @site.router.get("/site.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(_HERE / "site.css", media_type="text/css")
