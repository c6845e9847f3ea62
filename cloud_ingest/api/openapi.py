"""The description of the API in OpenAPI 3.1, made from the same structs that the server reads and answers with."""

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, Final

import msgspec
from msgspec import Struct

from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import parameters_of
from cloud_ingest.api.problems import MEDIA_TYPE, TROUBLES, Problem, Trouble
from wire import Board

Json = dict[str, Any]
_TEMPLATE: Final = "#/components/schemas/{name}"
_ABOUT: Final = """\
What the cloud knows of a city's communities: places, parking lots, hourly aggregates, what each gateway still owes.

Every GET answers HEAD too; every other method is answered with 405 and `Allow`. Times are RFC 3339, UTC. An answer
carries an `ETag`; asked again with `If-None-Match` it costs a 304. Lists come in pages: `next` is the `cursor` of the
page after. Unknown parameters are refused. Whatever goes wrong is told as RFC 9457 problem details.
"""
_TAG: Final[Json] = {
    "description": "Names this answer; send it back in `If-None-Match`",
    "required": True,
    "schema": {"type": "string"},
}
_RETRY: Final[Json] = {
    "description": "Seconds to wait before asking again",
    "required": True,
    "schema": {"type": "integer"},
}
_ALLOW: Final[Json] = {
    "description": "The methods that the address takes",
    "required": True,
    "schema": {"type": "string"},
}
_SCREEN_LOT: Final[Json] = {
    "name": "lot",
    "in": "path",
    "required": True,
    "description": "the id of a lot that has a board",
    "schema": {"type": "string", "minLength": 1},
}


def describe(endpoints: Sequence[Endpoint[Any]]) -> Json:
    """Describe the endpoints, and the paths that are none: metrics, this description, screens."""
    types = [Problem, Board, *(endpoint.answer for endpoint in endpoints)]
    _, schemas = msgspec.json.schema_components(types, ref_template=_TEMPLATE)
    by_hand = files("cloud_ingest.api").joinpath("described.json").read_bytes()
    paths = {endpoint.path: {"get": _operation(endpoint)} for endpoint in endpoints}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Lilong cloud",
            "version": _version(),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths | msgspec.json.decode(by_hand),
        "components": {
            "schemas": schemas,
            "responses": _problems(),
            "parameters": {"ScreenLot": _SCREEN_LOT},
        },
    }


def _reference(kind: Any) -> Json:
    (found,), _ = msgspec.json.schema_components([kind], ref_template=_TEMPLATE)
    return found


def _problem_reference(trouble: Trouble) -> Json:
    return {"$ref": f"#/components/responses/{_response_name(TROUBLES[trouble].status)}"}


def _operation(endpoint: Endpoint[Any]) -> Json:
    asked: type[Struct] = endpoint.asked
    parameters = parameters_of(asked, endpoint.path)
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": _plain(endpoint.asked.__doc__),
        "parameters": [
            {
                "name": one.name,
                "in": one.place,
                "required": one.required,
                "description": one.expected,
                "schema": {key: value for key, value in one.schema.items() if key != "description"},
            }
            for one in parameters
        ],
        "responses": _responses(endpoint),
    }


def _responses(endpoint: Endpoint[Any]) -> Json:
    troubles = [Trouble.PARAMETER, Trouble.METHOD, Trouble.FORM, Trouble.BUG]
    troubles += [Trouble.DATABASE] if endpoint.stored else []
    troubles += [Trouble.UNKNOWN] if endpoint.missing else []
    troubles += [Trouble.PERSONAL] if endpoint.personal else []
    good: Json = {
        "200": {
            "description": endpoint.summary,
            "headers": {"ETag": _TAG},
            "content": {"application/json": {"schema": _reference(endpoint.answer)}},
        },
        "304": {"description": "The caller holds this answer already", "headers": {"ETag": _TAG}},
    }
    bad = {str(TROUBLES[trouble].status): _problem_reference(trouble) for trouble in troubles}
    return dict(sorted((good | bad).items()))


def _problems() -> Json:
    """Give one reusable answer a status; several kinds of problem may share it."""
    found: Json = {}
    for trouble, explained in TROUBLES.items():
        name = _response_name(explained.status)
        text = f"`{trouble}`: {explained.title}. {explained.remedy}"
        if name in found:
            found[name]["description"] += f"\n\n{text}"
            continue
        found[name] = {
            "description": text,
            "content": {MEDIA_TYPE: {"schema": _reference(Problem)}},
            "headers": {405: {"Allow": _ALLOW}, 503: {"Retry-After": _RETRY}}.get(explained.status, {}),
        }
    return found


def _response_name(status: int) -> str:
    return f"Problem{status}"


def _plain(text: str | None) -> str:
    """Join the lines of a docstring's paragraphs."""
    return re.sub(r"(?<!\n)\n[ \t]*(?!\n)", " ", (text or "").strip())


def _version() -> str:
    try:
        return version("lilong")
    except PackageNotFoundError:  # running from a folder that was never installed
        return "0"
