"""`/v1/aggregates`: what was observed in each hour, by area at any level."""

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from cloud_ingest.api.catalogue import require_metric
from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.hours import Aggregate, Bucket, Hours, hour_rows, scope_of
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, MetricName, MomentAsked
from cloud_ingest.api.place_tree import require_area
from cloud_ingest.api.problems import Fault, invalid
from wire import Level

_LEVELS: Final = [level for level in Level if level is not Level.SITE]
_Level = Literal["city", "district", "street", "grid", "community"]


class AggregatesAsked(Struct, frozen=True, kw_only=True):
    """Which hours: of one metric, those that begin in `start` to `end` (exclusive), of an area.

    With `level` there is a row for each area of that level below `area`, else for `area` itself.
    """

    area: AreaName
    metric: MetricName
    start: MomentAsked
    end: MomentAsked
    bucket: Bucket = Bucket.HOUR
    level: _Level | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


async def find_aggregates(desk: Desk, question: Question[AggregatesAsked]) -> Found[Aggregate]:
    """Find the hours of an area, or of every area of a level below it, in the order of time."""
    asked = question.asked
    require_metric(desk, asked.metric)
    if asked.start >= asked.end:
        raise invalid(Fault(parameter="end", expected="a time after `start`", got=asked.end.isoformat()))
    async with desk.reading() as conn:
        hours = Hours(
            area=asked.area,
            level=_level(asked, await require_area(conn, asked.area)),
            metric=asked.metric,
            start=asked.start,
            end=asked.end,
            after=_after(question),
        )
        scope = await scope_of(conn, hours)
        if scope.first is None:
            return Found(items=())
        rows = await hour_rows(conn, hours, scope, desk.now(), asked.limit + 1)
    page = page_of(rows, asked.limit, lambda row: (int(row.start.timestamp()), row.area))
    until = scope.until(asked.end)
    if page.more is None and until < asked.end:
        return Found(items=page.items, more=(int(until.timestamp()), ""))  # an id is never empty
    return page


def _after(question: Question[AggregatesAsked]) -> tuple[datetime, str] | None:
    if question.after is None:
        return None
    after_s, area = question.after
    return datetime.fromtimestamp(after_s, UTC), area


def _level(asked: AggregatesAsked, own: Level) -> Level:
    """Return the level of the rows: the area's own, or one below it that gateways can be counted for."""
    allowed = _LEVELS[_LEVELS.index(own) :] if own in _LEVELS else []
    if not allowed:
        expected = "an area from the city down to a community"
        raise invalid(Fault(parameter="area", expected=expected, got=asked.area))
    wanted = own if asked.level is None else Level(asked.level)
    if wanted not in allowed:
        expected = f"for a {own}, one of {', '.join(allowed)}"
        raise invalid(Fault(parameter="level", expected=expected, got=wanted))
    return wanted


AGGREGATES: Final = Endpoint(
    path="/v1/aggregates",
    name="aggregates",
    summary="Hourly counts, extremes, means and sums of one metric, by area",
    asked=AggregatesAsked,
    answer=Page[Aggregate],
    find=find_aggregates,
    key=tuple[int, str],
    missing="`area` is no area, or `metric` is no metric",
    personal=True,
)
