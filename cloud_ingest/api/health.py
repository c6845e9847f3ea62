"""`/healthz` and `/readyz`: whether the process lives, and whether it can serve."""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Question
from cloud_ingest.api.endpoint import Endpoint, Nothing
from cloud_ingest.api.problems import ProblemError, Trouble, refusal
from cloud_ingest.store import SchemaError, check_schema


class Health(Struct, frozen=True, kw_only=True):
    """The process lives."""

    status: Literal["alive"]


class Readiness(Struct, frozen=True, kw_only=True):
    """The database is there with the right schema, and the broker is connected."""

    status: Literal["ready"]


async def find_health(desk: Desk, question: Question[Nothing]) -> Health:
    """Say that the process lives; nothing else is looked at."""
    del desk, question
    return Health(status="alive")


def readiness(broker_up: Callable[[], bool]) -> Endpoint[Nothing]:
    """Give the endpoint that says whether database and broker are there."""

    async def find_readiness(desk: Desk, question: Question[Nothing]) -> Readiness:
        del question
        lacks = [lack for lack in (await _database(desk), "" if broker_up() else _NO_BROKER) if lack]
        if lacks:
            raise refusal(Trouble.NOT_READY, "; ".join(lacks), retry_after_s=_RETRY_AFTER_S)
        return Readiness(status="ready")

    return Endpoint(
        path="/readyz",
        name="ready",
        summary="Whether the database and the broker are there",
        asked=Nothing,
        answer=Readiness,
        find=find_readiness,
    )


_NO_BROKER: Final = "the MQTT broker is not connected"
_RETRY_AFTER_S: Final = 5


async def _database(desk: Desk) -> str:
    """Return what the database lacks, empty if nothing."""
    try:
        async with desk.reading() as conn:
            await check_schema(conn)
    except (ProblemError, SchemaError) as error:
        return str(error)
    return ""


HEALTH: Final = Endpoint(
    path="/healthz",
    name="health",
    summary="Whether the process lives",
    asked=Nothing,
    answer=Health,
    find=find_health,
    stored=False,
)
