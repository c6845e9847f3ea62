"""`/v1/parking/lots`: how many bays are free, occupied and unknown, and how fresh that is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.lot_rows import LotRow, SaidRow, lot_rows, said_of
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, Moment, Name
from cloud_ingest.api.place_tree import require_area
from cloud_ingest.api.problems import unknown
from cloud_ingest.board import Freshness, link_of, lot_heard_ms, lot_link, sight_of
from wire import Count, Link, Sight, Words


class LotsAsked(Struct, frozen=True, kw_only=True):
    """Which lots: those below one area."""

    area: AreaName | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class LotAsked(Struct, frozen=True, kw_only=True):
    """Which lot."""

    lot: Name


class LotFreshness(Struct, frozen=True, kw_only=True, rename="camel"):
    """How far the counts can be trusted.

    `asOf` is the time of the newest word on any bay, `gatewayHeardAt` the last word of the gateway that speaks for
    the bays (the oldest one that still counts, where there are several). `link` is `live`, `stale` (a hello was
    missed: the counts are as old as `gatewayHeardAt`) or `dead` (the gateway is silent: every bay is unknown).
    """

    as_of: Moment | None
    gateway_heard_at: Moment | None
    link: Link


class LotState(Struct, frozen=True, kw_only=True, rename="camel"):
    """A parking lot with its counts; an unknown bay is never counted as free. `tz` is the lot's local time zone."""

    id: str
    area: str
    name: Words
    tz: str
    count: Count
    freshness: LotFreshness


class FloorState(Struct, frozen=True, kw_only=True):
    """One level of a lot with its counts."""

    id: str
    name: Words
    count: Count


class LotDetail(LotState, frozen=True, kw_only=True, rename="camel"):
    """A parking lot with its counts and those of each level, in the order of the plan."""

    floors: tuple[FloorState, ...]


async def find_lots(desk: Desk, question: Question[LotsAsked]) -> Found[LotState]:
    """Find the lots of an area with their counts."""
    asked = question.asked
    (after,) = question.after or (None,)
    async with desk.reading() as conn:
        if asked.area is not None:
            await require_area(conn, asked.area)
        lots = await lot_rows(conn, area=asked.area, after=after, most=asked.limit + 1)
        page = page_of(lots, asked.limit, lambda lot: (lot.id,))
        said = await said_of(conn, [lot.id for lot in page.items])
    judge = _Judge(desk)
    return Found(items=tuple(judge.state(lot, said.get(lot.id, [])) for lot in page.items), more=page.more)


async def find_lot(desk: Desk, question: Question[LotAsked]) -> LotDetail:
    """Find one lot with its counts and those of its floors."""
    wanted = question.asked.lot
    async with desk.reading() as conn:
        lots = await lot_rows(conn, lot=wanted)
        if not lots:
            raise unknown("lot", "a lot of /v1/parking/lots", wanted)
        said = (await said_of(conn, [wanted])).get(wanted, [])
    return _Judge(desk).detail(lots[0], said)


class _Judge:
    """Judges lots by one clock and the same limits as the screens."""

    def __init__(self, desk: Desk) -> None:
        self._now_ms = round(desk.now().timestamp() * 1000)
        self._limits: Freshness = desk.freshness

    def state(self, lot: LotRow, said: Sequence[SaidRow]) -> LotState:
        return LotState(
            id=lot.id,
            area=lot.area,
            name=lot.name,
            tz=lot.tz,
            count=self._count(said),
            freshness=self._freshness(lot, said),
        )

    def detail(self, lot: LotRow, said: Sequence[SaidRow]) -> LotDetail:
        return LotDetail(
            id=lot.id,
            area=lot.area,
            name=lot.name,
            tz=lot.tz,
            count=self._count(said),
            freshness=self._freshness(lot, said),
            floors=tuple(self._floor(list(rows)) for _, rows in groupby(said, key=lambda row: row.floor)),
        )

    def _floor(self, said: Sequence[SaidRow]) -> FloorState:
        return FloorState(id=said[0].floor, name=said[0].name, count=self._count(said))

    def _freshness(self, lot: LotRow, said: Sequence[SaidRow]) -> LotFreshness:
        spoken = [row.heard_ms for row in said if row.state is not None and row.heard_ms is not None]
        words = spoken if any(row.state is not None for row in said) else lot.present
        heard_ms = lot_heard_ms(words, self._now_ms, self._limits)
        return LotFreshness(
            as_of=max((row.at for row in said if row.at is not None), default=None),
            gateway_heard_at=datetime.fromtimestamp(heard_ms / 1000, UTC) if heard_ms else None,
            link=lot_link([link_of(word, self._now_ms, self._limits) for word in words]),
        )

    def _count(self, said: Sequence[SaidRow]) -> Count:
        sums = dict.fromkeys(Sight, 0)
        for row in said:
            sums[sight_of(row.state, link_of(row.heard_ms, self._now_ms, self._limits))] += row.n
        return Count(
            total=sum(sums.values()),
            free=sums[Sight.FREE],
            occupied=sums[Sight.OCCUPIED],
            unknown=sums[Sight.UNKNOWN],
        )


LOTS: Final = Endpoint(
    path="/v1/parking/lots",
    name="lots",
    summary="Parking lots with their free, occupied and unknown bays",
    asked=LotsAsked,
    answer=Page[LotState],
    find=find_lots,
    key=tuple[str],
    missing="`area` is no area",
)
LOT: Final = Endpoint(
    path="/v1/parking/lots/{lot}",
    name="lot",
    summary="One parking lot with its levels",
    asked=LotAsked,
    answer=LotDetail,
    find=find_lot,
    missing="there is no such lot",
)
