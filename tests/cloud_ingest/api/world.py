"""A small city for tests: three communities in two grids, each with a lot and a gateway."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

from cloud_ingest.store import load_plan
from wire import (
    Bay,
    BayId,
    DeviceId,
    Floor,
    GatewayId,
    Level,
    Lot,
    Place,
    PlaceId,
    SitePlan,
    Words,
)

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
CITY, DISTRICT, STREET = "310000", "310104", "310104001"
_ABOVE = (
    (CITY, Level.CITY, "上海市", "Shanghai"),
    (DISTRICT, Level.DISTRICT, "徐汇区", "Xuhui"),
    (STREET, Level.STREET, "天平路街道", "Tianping Road"),
)


def plan(community: str, grid: str, bays: dict[str, int]) -> SitePlan:
    """Make the plan of a community with one lot whose floors have so many bays; gateway and lot are named after it."""
    levels = (
        *_ABOVE,
        (grid, Level.GRID, f"网格 {grid}", f"grid {grid}"),
        (community, Level.COMMUNITY, f"{community} 小区", f"{community} community"),
    )
    areas: list[Place] = []
    for name, level, zh, en in levels:
        parent = areas[-1].id if areas else None
        areas.append(Place(id=PlaceId(name), level=level, name=Words(zh=zh, en=en), parent=parent))
    floors = tuple(
        Floor(
            id=PlaceId(f"{community}-{floor}"),
            name=Words(zh=f"{floor} 层", en=f"level {floor}"),
            bays=tuple(_bay(f"{community}-{floor}-{number}", number) for number in range(count)),
        )
        for floor, count in bays.items()
    )
    lot = Lot(id=PlaceId(f"lot-{community}"), name=Words(zh="停车场", en="car park"), floors=floors)
    return SitePlan(
        id=PlaceId(f"site-{community}"),
        name=Words(zh=community, en=community),
        areas=tuple(areas),
        lots=(lot,),
        gateway=GatewayId(f"gw-{community}"),
    )


def _bay(name: str, number: int) -> Bay:
    return Bay(id=BayId(name), device=DeviceId(f"dev-{name}"), at=(1.5 * number, 0.0))


PLANS = (
    plan("north", "g1", {"B1": 3, "B2": 2}),
    plan("south", "g1", {"G": 2}),
    plan("east", "g2", {"G": 1}),
)


class World:
    """The tables of one database, filled by hand so that a test says exactly what is there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.conn = psycopg.connect(url, autocommit=True)
        self.conn.execute("SET timezone = 'UTC'; SET synchronous_commit = off")

    def load(self, *plans: SitePlan) -> None:
        asyncio.run(self._load(plans))

    async def _load(self, plans: tuple[SitePlan, ...]) -> None:
        conn = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        async with conn:
            for one in plans:
                await load_plan(conn, one)

    def heard(self, gateway: str, ago_s: float = 0, *, synced: bool = True) -> None:
        at = NOW - timedelta(seconds=ago_s)
        self.conn.execute(
            "UPDATE gateway SET heard_at = %s, sent_at = %s, synced = %s, agent = 'lilong 0.1.0' WHERE name = %s",
            (at, at, synced, gateway),
        )

    def state(self, bay: str, text: str, gateway: str, ago_s: float = 60) -> None:
        self.conn.execute(
            """
            INSERT INTO latest (device, property, at, text, trust, gateway) VALUES (%s, %s, %s, %s, 0, %s)
            ON CONFLICT (device, property) DO UPDATE SET text = excluded.text, at = excluded.at
            """,
            (
                self.number("device", f"dev-{bay}"),
                self.number("property", "parking.bay"),
                NOW - timedelta(seconds=ago_s),
                text,
                self.number("gateway", gateway),
            ),
        )

    def hour(self, gateway: str, metric: str, hour: datetime, values: list[float]) -> None:
        last = hour + timedelta(minutes=59)
        self.conn.execute(
            "INSERT INTO hourly VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                self.number("gateway", gateway),
                self.number("property", metric),
                hour,
                len(values),
                len(values),
                sum(values),
                min(values, default=None),
                max(values, default=None),
                values[-1] if values else None,
                last if values else None,
            ),
        )

    def texts(self, gateway: str, metric: str, hour: datetime, n: int) -> None:
        self.conn.execute(
            "INSERT INTO hourly (gateway, property, hour, n, numbers, sum) VALUES (%s, %s, %s, %s, 0, 0)",
            (self.number("gateway", gateway), self.number("property", metric), hour, n),
        )

    def waiting(self, gateway: str, rows: int, oldest: datetime | None) -> None:
        oldest_ms = 0 if oldest is None else round(oldest.timestamp() * 1000)
        self.conn.execute(
            """
            INSERT INTO watermark (gateway, stream, epoch, next, oldest_ms, pending) VALUES (%s, 2, 7, 100, %s, %s)
            ON CONFLICT (gateway, stream, epoch) DO UPDATE
            SET oldest_ms = excluded.oldest_ms, pending = excluded.pending
            """,
            (self.number("gateway", gateway), oldest_ms, rows),
        )

    def undated(self, gateway: str) -> None:
        self.conn.execute(
            "INSERT INTO undated (boot_ms, epoch, seq, gateway, device, property, trust, stream)"
            " VALUES (1, 7, 1, %s, 1, 1, 2, 2)",
            (self.number("gateway", gateway),),
        )

    def gap(self, gateway: str, first: int, end: int) -> None:
        self.conn.execute(
            """
            INSERT INTO gap (gateway, stream, epoch, first, "end", n, from_at, to_at, reason, recorded_at)
            VALUES (%s, 2, %s, %s, %s, %s, NULL, NULL, 'full', %s)
            """,
            (self.number("gateway", gateway), 2**62 + 1, first, end, end - first, NOW),
        )

    def number(self, table: str, name: str) -> int:
        """The id of a name, given out where it has none yet."""
        names = {"table": sql.Identifier(table)}
        put = sql.SQL("INSERT INTO {table} (name) VALUES (%s) ON CONFLICT DO NOTHING").format(**names)
        self.conn.execute(put, (name,))
        row = self.conn.execute(
            sql.SQL("SELECT id FROM {table} WHERE name = %s").format(**names), (name,)
        ).fetchone()
        assert row is not None
        return int(row[0])

    def clear(self) -> None:
        """Forget what was observed, keep where things are."""
        for table in ("hourly", "latest", "gap", "undated", "watermark"):
            self.conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        self.conn.execute("UPDATE gateway SET heard_at = NULL, sent_at = NULL, synced = false")
