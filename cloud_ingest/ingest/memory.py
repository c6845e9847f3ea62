"""What a writer remembers of its database, so that a transaction need not ask: ids, watermarks, boot offsets."""

from collections.abc import Iterable, Sequence
from typing import Final

import psycopg

from cloud_ingest.ingest.judge import LaneKey, lane_of
from cloud_ingest.ingest.lay_out import Ids
from cloud_ingest.ingest.plan import lane_ids
from cloud_ingest.store import Dictionary, load_clocks, load_watermarks
from wire import Batch, Epoch, GatewayId, Stream, TimeTrust

_MOST_LANES: Final = 500_000


class Memory:
    """Belongs to one writer and one connection; forgets everything when the connection is lost."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._gateway = Dictionary("gateway")
        self._device = Dictionary("device")
        self._property = Dictionary("property")
        self._offsets_of: set[GatewayId] = set()
        self.watermarks: dict[LaneKey, int] = {}
        self.offsets: dict[LaneKey, int] = {}

    @property
    def ids(self) -> Ids:
        """The ids known."""
        return Ids(gateway=self._gateway.ids, device=self._device.ids, property=self._property.ids)

    def forget(self) -> None:
        """Know nothing again: the database may be another, or an older one."""
        for dictionary in (self._gateway, self._device, self._property):
            dictionary.forget()
        self.forget_lanes(tuple(self.watermarks))
        self._offsets_of.clear()
        self.offsets.clear()

    def forget_lanes(self, lanes: Iterable[LaneKey]) -> None:
        """Forget how far these lanes are committed: somebody else moved them."""
        for lane in lanes:
            self.watermarks.pop(lane, None)

    def forget_offsets(self, gateway: GatewayId) -> None:
        """Forget a gateway's boot offsets: a hello brought others."""
        self._offsets_of.discard(gateway)

    async def gateway_id(self, conn: psycopg.AsyncConnection, gateway: GatewayId) -> int:
        """Return a gateway's id."""
        await self._gateway.learn(conn, {gateway})
        return self._gateway.ids[gateway]

    async def learn(self, conn: psycopg.AsyncConnection, batches: Sequence[Batch]) -> None:
        """Get everything that is needed to judge these batches and lay them out."""
        await self._gateway.learn(conn, {batch.gateway for batch in batches})
        await self._device.learn(conn, {name for batch in batches for name in set(batch.rows.device)})
        names = {name for batch in batches for name in set(batch.rows.property)}
        await self._property.learn(conn, names)
        await self._learn_lanes(conn, {lane_of(batch) for batch in batches})
        for batch in batches:
            await self._learn_offsets(conn, batch)

    async def _learn_lanes(self, conn: psycopg.AsyncConnection, lanes: set[LaneKey]) -> None:
        missing = lanes - self.watermarks.keys()
        if not missing:
            return
        if len(self.watermarks) + len(missing) > _MOST_LANES:
            self.watermarks.clear()
            missing = lanes
        lane_id = lane_ids(self.ids)
        ids = {lane: lane_id(lane) for lane in missing}
        found = await load_watermarks(conn, ids.values())
        self.watermarks |= {lane: found[id_] for lane, id_ in ids.items()}

    async def _learn_offsets(self, conn: psycopg.AsyncConnection, batch: Batch) -> None:
        """Get the boot offsets of a gateway that sends rows without a date."""
        if batch.gateway in self._offsets_of or int(TimeTrust.UNSYNCED) not in batch.rows.trust:
            return
        known = await load_clocks(conn, self._gateway.ids[batch.gateway])
        for stream in Stream:
            for epoch, offset in known.items():
                self.offsets[LaneKey(gateway=batch.gateway, stream=stream, epoch=Epoch(epoch))] = offset
        self._offsets_of.add(batch.gateway)
