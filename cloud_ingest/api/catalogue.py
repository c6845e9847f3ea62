"""`/v1/metrics`: what can be observed, in which unit, and what is rolled up of it."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Question
from cloud_ingest.api.endpoint import Endpoint, Nothing
from cloud_ingest.api.problems import Trouble, refusal, unknown
from cloud_ingest.api.progress import LATENESS_MINUTES
from wire import Form, Kind, Property, PropertyName, Sensitivity, Words


class Aggregation(StrEnum):
    """What an hour's row says of its observations: how many, the least, the greatest, mean, sum, the newest."""

    N = "n"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    SUM = "sum"
    LAST = "last"


class CatalogueEntry(Struct, frozen=True, kw_only=True, rename="camel"):
    """A property: its SenML unit and LwM2M object/resource (empty where there is none), its kind and form.

    `aggregations` says what `/v1/aggregates` gives of it: of a text only how many, of a personal one nothing.
    `lateness` is how long after its end an hour stays open, as an ISO 8601 duration.
    """

    id: str
    title: Words
    unit: str
    kind: Kind
    form: Form
    lwm2m: str
    sensitivity: Sensitivity
    person_linked: bool
    aggregations: tuple[Aggregation, ...]
    lateness: str


class CatalogueAnswer(Struct, frozen=True, kw_only=True):
    """Every property, by its id."""

    items: tuple[CatalogueEntry, ...]


async def find_catalogue(desk: Desk, question: Question[Nothing]) -> CatalogueAnswer:
    """List the catalogue."""
    del question  # there is nothing to ask for
    return CatalogueAnswer(items=tuple(_entry(desk.catalogue[name]) for name in sorted(desk.catalogue)))


def require_metric(desk: Desk, name: str) -> Property:
    """Return the property of this name if its aggregates may be given out.

    Raises:
        ProblemError: there is no such property, or it is personal.
    """
    found = desk.catalogue.get(PropertyName(name))
    if found is None:
        raise unknown("metric", "an id of /v1/metrics", name)
    if found.sensitivity is Sensitivity.PERSONAL:
        raise refusal(Trouble.PERSONAL, f"{name} is personal: aggregates of it are never given out")
    return found


def _entry(row: Property) -> CatalogueEntry:
    return CatalogueEntry(
        id=row.name,
        title=row.title,
        unit=row.unit,
        kind=row.kind,
        form=row.form,
        lwm2m=row.lwm2m,
        sensitivity=row.sensitivity,
        person_linked=row.sensitivity is Sensitivity.PERSONAL,
        aggregations=_aggregations(row),
        lateness=f"PT{LATENESS_MINUTES}M",
    )


def _aggregations(row: Property) -> tuple[Aggregation, ...]:
    if row.sensitivity is Sensitivity.PERSONAL:
        return ()
    return (Aggregation.N,) if row.form is Form.TEXT else tuple(Aggregation)


METRICS: Final = Endpoint(
    path="/v1/metrics",
    name="metrics",
    summary="The catalogue of properties",
    asked=Nothing,
    answer=CatalogueAnswer,
    find=find_catalogue,
    stored=False,
)
