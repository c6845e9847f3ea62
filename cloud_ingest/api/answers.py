"""Writes an answer as JSON that a caller can keep and ask about again: content negotiation, ETag, 304."""

import hashlib
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cloud_ingest.api.problems import SAFE_HEADERS, Trouble, echoed, refusal

JSON: Final = "application/json"


def answer(request: Request, body: Any, media_type: str = JSON) -> Response:
    """Answer with a struct, or with 304 if the caller holds the same answer already.

    Raises:
        ProblemError: the caller does not take this form.
    """
    require_form(request, media_type)
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    tag = f'"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept", **SAFE_HEADERS}
    if _holds(request.headers.getlist("If-None-Match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(raw, headers=headers, media_type=media_type)


def require_form(request: Request, media_type: str) -> None:
    """Return if the caller takes this media type.

    Raises:
        ProblemError: it does not.
    """
    accept = ",".join(request.headers.getlist("Accept")).strip()
    if accept and not takes(accept, media_type):
        raise refusal(Trouble.FORM, f"Accept: expected {media_type}, got {echoed(accept)!r}")


def takes(accept: str, media_type: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) takes a media type: its most exact range decides."""
    plain = media_type.partition(";")[0]
    ranges = {plain: 3, f"{plain.partition('/')[0]}/*": 2, "*/*": 1}
    best = (0, 0.0)
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name in ranges:
            best = max(best, (ranges[name], _quality(parameters)))
    return best[1] > 0


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _holds(conditions: list[str], tag: str) -> bool:
    """Whether If-None-Match names the tag, compared weakly as RFC 9110 wants it."""
    held = [part.strip().removeprefix("W/") for line in conditions for part in line.split(",")]
    return "*" in held or tag in held
