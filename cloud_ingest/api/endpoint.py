"""One question that the API answers: its address, its parameters, its answer, and the function between them."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Question

P = TypeVar("P", bound=Struct)


class Endpoint(Struct, Generic[P], frozen=True, kw_only=True):
    """What both the server and its description are made from, so that they cannot drift apart.

    `answer` is the type of the body. `key` is the type of a page's sort key where the answer is paged. `missing`
    says when the answer is 404, empty if never; `personal` that 403 may come; `stored` that it needs the database.
    """

    path: str
    name: str
    summary: str
    asked: type[P]
    answer: Any  # a type such as Page[Area], which no narrower type describes
    find: Callable[[Desk, Question[P]], Awaitable[Struct]]
    key: Any = None
    missing: str = ""
    personal: bool = False
    stored: bool = True


class Nothing(Struct, frozen=True, kw_only=True):
    """No parameters."""
