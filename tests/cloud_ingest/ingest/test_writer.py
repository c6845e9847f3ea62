"""What comes to a writer is in the database exactly once, and answered only then."""

import asyncio

from tests.cloud_ingest.engine import query, scalar, until
from tests.cloud_ingest.gateways import NOON_MS, batch, hello, parcel, seqs
from tests.cloud_ingest.ingest.rig import Rig, writing
from wire import Gap, Seq, encode


def test_rows_are_stored_once_however_often_they_come(database_url: str) -> None:
    async def scenario() -> None:
        async with writing(Rig(database_url)) as (rig,):
            assert [ack.next for ack in await rig.send(batch(first=0, count=10))] == [10]
            assert [ack.next for ack in await rig.send(batch(first=0, count=10))] == [10]
            assert [ack.next for ack in await rig.send(batch(first=5, count=10))] == [15]
            again = await rig.send(*[batch(first=0, count=15)] * 3, batch(first=15, count=5))
            assert again[-1].next == 20
            assert not any(ack.refused for ack in again)
            assert rig.counts.rows == 20

    asyncio.run(scenario())
    assert seqs(database_url, "gw-1") == list(range(20))
