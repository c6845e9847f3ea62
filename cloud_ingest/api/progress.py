"""How far the rows of each gateway are known to be committed, as SQL that several answers share."""

from typing import Final

LATENESS_MINUTES: Final = 10
"""An hour stays open so long after its end: the longest that a row may lie unreported between two hellos, twice."""

SILENT_HOURS: Final = 24
"""A gateway that has been silent for longer no longer holds the hours of its area open."""

EARLIEST: Final = {"earliest_ms": 1_577_836_800_000}
"""2020-01-01, as the query below wants it: an older time comes from a clock that was never set."""

PROGRESS: Final = """
progress AS (
    SELECT gateway.id, gateway.name, gateway.community, gateway.heard_at, gateway.synced,
           waiting.rows AS waiting, waiting.oldest_at,
           CASE WHEN gateway.synced AND NOT waiting.undatable AND NOT EXISTS (
                         SELECT FROM undated WHERE undated.gateway = gateway.id)
                THEN least(gateway.sent_at, gateway.heard_at, waiting.oldest_at) END AS committed_to
    FROM gateway CROSS JOIN LATERAL (
        SELECT coalesce(sum(pending), 0)::bigint AS rows,
               to_timestamp(min(oldest_ms) FILTER (WHERE oldest_ms > %(earliest_ms)s) / 1000.0) AS oldest_at,
               coalesce(bool_or(oldest_ms <= %(earliest_ms)s), false) AS undatable
        FROM watermark WHERE watermark.gateway = gateway.id AND pending > 0
    ) AS waiting
)"""
"""Each gateway's event-time watermark `committed_to`: everything that it observed before is committed, as far as it
told. Null where nobody can say: its clock is not set, or rows whose time is unknown wait there or here."""
