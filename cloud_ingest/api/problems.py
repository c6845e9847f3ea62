"""What an answer says when there is none: RFC 9457 problem details that name what was expected and what came."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct
from starlette.responses import Response

_MOST_ECHOED: Final = 120
MEDIA_TYPE: Final = "application/problem+json"
SAFE_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}


class Trouble(StrEnum):
    """Every kind of problem; its name is the anchor of its explanation on the documentation page."""

    PARAMETER = "invalid-parameter"
    UNKNOWN = "not-found"
    PERSONAL = "personal"
    METHOD = "method-not-allowed"
    FORM = "not-acceptable"
    DATABASE = "unavailable"
    SLOW = "too-slow"
    NOT_READY = "not-ready"
    BUG = "internal-error"


class Explained(Struct, frozen=True, kw_only=True):
    """A kind of problem: its status, its title, and what the caller can do about it."""

    status: int
    title: str
    remedy: str


TROUBLES: Final[Mapping[Trouble, Explained]] = {
    Trouble.PARAMETER: Explained(
        status=400,
        title="A parameter is wrong",
        remedy="`parameters` names each one, what was expected and what came.",
    ),
    Trouble.PERSONAL: Explained(
        status=403,
        title="Personal values are never given out here",
        remedy="Ask for a property whose sensitivity is public or community; /v1/metrics lists them.",
    ),
    Trouble.UNKNOWN: Explained(
        status=404, title="There is no such thing", remedy="Follow the lists: /v1/areas, /v1/parking/lots."
    ),
    Trouble.METHOD: Explained(
        status=405, title="This address does not take that method", remedy="`Allow` lists those it takes."
    ),
    Trouble.FORM: Explained(
        status=406, title="There is no such form of this answer", remedy="Send Accept: application/json."
    ),
    Trouble.BUG: Explained(
        status=500, title="The server made a mistake", remedy="Tell the operator; its log has the cause."
    ),
    Trouble.DATABASE: Explained(
        status=503,
        title="The database cannot be reached",
        remedy="Nothing is lost; ask again after `Retry-After` seconds.",
    ),
    Trouble.SLOW: Explained(
        status=503,
        title="The answer took too long",
        remedy="Ask for a smaller area, a shorter time or a lower limit.",
    ),
    Trouble.NOT_READY: Explained(
        status=503, title="The service is not ready", remedy="`detail` says what it still lacks."
    ),
}


class Fault(Struct, frozen=True, kw_only=True):
    """One parameter that is wrong: its name, what was expected, and what came (null: it is missing)."""

    parameter: str
    expected: str
    got: str | None = None


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details as RFC 9457 has them, and with an invalid parameter the list of faults."""

    type: str
    title: str
    status: int
    detail: str
    parameters: tuple[Fault, ...] = ()


class ProblemError(Exception):
    """The request gets a problem for its answer."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        """Take the problem and the headers that go with it."""
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = dict(headers or {})


def refusal(
    trouble: Trouble, detail: str, *, faults: tuple[Fault, ...] = (), retry_after_s: int | None = None
) -> ProblemError:
    """Give the refusal of one kind."""
    explained = TROUBLES[trouble]
    problem = Problem(
        type=f"/docs#{trouble}",
        title=explained.title,
        status=explained.status,
        detail=detail,
        parameters=faults,
    )
    return ProblemError(problem, {} if retry_after_s is None else {"Retry-After": str(retry_after_s)})


def invalid(*faults: Fault) -> ProblemError:
    """Refuse a request for its parameters."""
    detail = "; ".join(_sentence(fault) for fault in faults)
    return refusal(Trouble.PARAMETER, detail, faults=faults)


def unknown(parameter: str, expected: str, got: str) -> ProblemError:
    """Refuse a request that names something that does not exist."""
    fault = Fault(parameter=parameter, expected=expected, got=echoed(got))
    return refusal(Trouble.UNKNOWN, _sentence(fault), faults=(fault,))


def problem_response(refused: ProblemError) -> Response:
    """Write a refusal as an answer."""
    return Response(
        msgspec.json.encode(refused.problem),
        refused.problem.status,
        {"Cache-Control": "no-store", **SAFE_HEADERS, **refused.headers},
        MEDIA_TYPE,
    )


def echoed(text: str) -> str:
    """Give what came, short enough to repeat."""
    return text if len(text) <= _MOST_ECHOED else f"{text[:_MOST_ECHOED]}…"


def _sentence(fault: Fault) -> str:
    came = "it is missing" if fault.got is None else f"got {fault.got!r}"
    return f"{fault.parameter}: expected {fault.expected}, {came}"
