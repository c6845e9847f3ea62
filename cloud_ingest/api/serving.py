"""Turns an endpoint into a route: reads the parameters, opens the cursor, finds, answers."""

from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloud_ingest.api.answers import JSON, answer, require_form
from cloud_ingest.api.cursors import CursorError, CursorSeal, Key, question_of
from cloud_ingest.api.desk import Desk, Found, Page, Question
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import read_parameters
from cloud_ingest.api.problems import Fault, invalid


def route_of(endpoint: Endpoint[Any], desk: Desk, seal: CursorSeal) -> Route:
    """Give the route that answers an endpoint's question with GET and HEAD."""

    async def respond(request: Request) -> Response:
        require_form(request, JSON)
        query = request.query_params.multi_items()
        asked = read_parameters(endpoint.asked, query, request.path_params)
        named = question_of(request.url.path, query)
        after = _after(endpoint, asked, named, seal)
        found = await endpoint.find(desk, Question(asked=asked, after=after))
        return answer(request, _sealed(found, named, seal))

    return Route(endpoint.path, respond, name=endpoint.name)


def _after(endpoint: Endpoint[Any], asked: Struct, named: str, seal: CursorSeal) -> Key | None:
    cursor: str | None = getattr(asked, "cursor", None)
    if cursor is None:
        return None
    try:
        return seal.open(cursor, named, endpoint.key)
    except CursorError as error:
        expected = "the `next` of the page before, with the same other parameters; start again without it"
        raise invalid(Fault(parameter="cursor", expected=expected, got=cursor)) from error


def _sealed(found: Struct, named: str, seal: CursorSeal) -> Struct:
    if not isinstance(found, Found):
        return found
    return Page(items=found.items, next=None if found.more is None else seal.seal(found.more, named))
