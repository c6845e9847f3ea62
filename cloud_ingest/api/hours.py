"""Reads hours of areas: added up from the moments of the gateways below them, within a bounded amount of work."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from cloud_ingest.api.desk import Connection
from cloud_ingest.api.parameters import Moment
from cloud_ingest.api.place_tree import BELOW, SPANS
from cloud_ingest.api.progress import EARLIEST, LATENESS_MINUTES, PROGRESS, SILENT_HOURS
from cloud_ingest.api.rows import fetch, with_parts
from wire import Level

DEFAULT_TZ: Final = "Asia/Shanghai"
MOST_MOMENTS: Final = 1_000_000
"""Gateways times hours that one page may read: about a second's work for the database."""

_SCOPE: Final = with_parts(
    BELOW,
    query="""
SELECT (SELECT count(*) FROM gateway WHERE community IN (SELECT id FROM below)) AS gateways,
       (SELECT coalesce(array_agg(DISTINCT tz), '{}') FROM lot WHERE community IN (SELECT id FROM below)) AS zones,
       (SELECT min(hour) FROM hourly
        WHERE property = (SELECT id FROM property WHERE name = %(metric)s)
          AND hour >= %(start)s AND hour < %(end)s
          AND hour < '9999-12-31 23:00Z' -- where clocks beyond the calendar were put; it has no end to write
       ) AS first
""",
)
_HOURS: Final = with_parts(
    SPANS,
    PROGRESS,
    """
member AS (
    SELECT gateway.id AS gateway, branch.target, branch.since, branch.until
    FROM branch JOIN gateway ON gateway.community = branch.id
    WHERE branch.target IS NOT NULL
),
held AS (
    SELECT member.target, bool_or(progress.committed_to IS NULL) AS unsure, min(progress.committed_to) AS committed_to
    FROM (SELECT DISTINCT target, gateway FROM member) AS member JOIN progress ON progress.id = member.gateway
    WHERE progress.heard_at > %(now)s::timestamptz - make_interval(hours => %(silent_hours)s)
    GROUP BY member.target
),
moments AS (
    SELECT hourly.hour, member.target, sum(hourly.n)::bigint AS n, sum(hourly.numbers)::bigint AS numbers,
           sum(hourly.sum) AS sum, min(hourly.min) AS min, max(hourly.max) AS max,
           (array_agg(hourly.last ORDER BY hourly.last_at DESC NULLS LAST, hourly.gateway))[1] AS last
    FROM hourly JOIN member ON member.gateway = hourly.gateway
                           AND hourly.hour >= member.since AND hourly.hour < member.until
    WHERE hourly.property = (SELECT id FROM property WHERE name = %(metric)s)
      AND hourly.hour >= %(start)s AND hourly.hour < %(end)s
      AND hourly.hour < '9999-12-31 23:00Z'
      AND (%(after_hour)s::timestamptz IS NULL
           OR (hourly.hour, member.target) > (%(after_hour)s::timestamptz, %(after_area)s::text))
    GROUP BY hourly.hour, member.target
    ORDER BY hourly.hour, member.target
    LIMIT %(most)s
)""",
    query="""
SELECT target AS area, %(level)s::text AS level, %(metric)s::text AS metric, 'PT1H' AS bucket,
       hour AS start, hour + interval '1 hour' AS end, %(tz)s::text AS tz, n, numbers,
       min, max, CASE WHEN numbers > 0 THEN sum / numbers END AS mean, CASE WHEN numbers > 0 THEN sum END AS sum, last,
       CASE WHEN hour + make_interval(hours => 1, mins => %(lateness_minutes)s)
                 <= least(%(now)s::timestamptz, held.committed_to) AND NOT coalesce(held.unsure, false)
            THEN 'final' ELSE 'provisional' END AS status
FROM moments LEFT JOIN held USING (target)
ORDER BY hour, target
""",
)


class Bucket(StrEnum):
    """The length of time that a row stands for."""

    HOUR = "PT1H"


class Status(StrEnum):
    """Whether an hour can still change.

    `final`: every gateway of the area that was heard within 24 hours has committed everything up to 10 minutes after
    the hour's end. `provisional`: not yet. A gateway that was silent for longer and comes back with old rows makes
    the hours that it changes provisional again until it has nothing left.
    """

    PROVISIONAL = "provisional"
    FINAL = "final"


class Aggregate(Struct, frozen=True, kw_only=True):
    """One area's hour of one metric.

    `n` counts the observations, `numbers` those of them that carry a number; `min`, `max`, `sum`, `mean` (`sum` by
    `numbers`: the mean of the observations, not of the time) and `last` are of the numbers, null where there are
    none. An area's row is made from the moments of everything below it. `start` and `end` are UTC; `tz` is local.
    Hours without observations have no row.
    """

    area: str
    level: Level
    metric: str
    bucket: Bucket
    start: Moment
    end: Moment
    tz: str
    n: int
    numbers: int
    min: float | None
    max: float | None
    mean: float | None
    sum: float | None
    last: float | None
    status: Status


class Hours(Struct, frozen=True, kw_only=True):
    """Which hours: of one metric, those that begin in `start` to `end` (exclusive), of every area of a level in `area`.

    Only those after (hour, area) `after`, where that is given.
    """

    area: str
    level: Level
    metric: str
    start: datetime
    end: datetime
    after: tuple[datetime, str] | None = None


class Scope(Struct, frozen=True, kw_only=True):
    """What hours are about: how many gateways, in which time zones, and the first hour that there is."""

    gateways: int
    zones: tuple[str, ...]
    first: Moment | None

    @property
    def tz(self) -> str:
        """The time zone of the area's lots where they agree."""
        return self.zones[0] if len(self.zones) == 1 else DEFAULT_TZ

    def until(self, end: datetime) -> datetime:
        """Return up to when one page may read, at most `end`."""
        hours = max(1, MOST_MOMENTS // max(1, self.gateways))
        if self.first is None or end - self.first <= timedelta(hours=hours):
            return end
        return self.first + timedelta(hours=hours)


async def scope_of(conn: Connection, hours: Hours) -> Scope:
    """Read what hours are about."""
    start = hours.start if hours.after is None else max(hours.start, hours.after[0])
    wanted = {"area": hours.area, "metric": hours.metric, "start": start, "end": hours.end}
    (scope,) = await fetch(conn, Scope, _SCOPE, wanted)
    return scope


async def hour_rows(
    conn: Connection, hours: Hours, scope: Scope, now: datetime, most: int
) -> list[Aggregate]:
    """Read at most so many rows in the order of hour and area, as far as one page may."""
    after_hour, after_area = hours.after or (None, None)
    wanted: dict[str, Any] = {
        "area": hours.area,
        "level": hours.level,
        "metric": hours.metric,
        "start": scope.first,
        "end": scope.until(hours.end),
        "after_hour": after_hour,
        "after_area": after_area,
        "most": most,
        "now": now,
        "silent_hours": SILENT_HOURS,
        "lateness_minutes": LATENESS_MINUTES,
        "tz": scope.tz,
    }
    return await fetch(conn, Aggregate, _HOURS, wanted | EARLIEST)
