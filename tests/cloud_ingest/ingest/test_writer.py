"""What comes to a writer is in the database exactly once, and answered only when it is."""

import asyncio
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from tests.cloud_ingest.engine import query, scalar, until
from tests.cloud_ingest.gateways import NOON_MS, batch, hello, parcel, seqs
from tests.cloud_ingest.ingest.rig import Rig, writing
from wire import (
    Ack,
    Batch,
    DeviceId,
    Epoch,
    Event,
    Gap,
    Phase,
    PlaceId,
    Seq,
    Stream,
    Urgency,
    Value,
    encode,
    event_row,
)

Scenario = Callable[[Rig], Awaitable[None]]


def play(scenario: Scenario, url: str, *, now_ms: int = NOON_MS) -> Rig:
    """Run a scenario on one writer and return it."""
    rig = Rig(url, now_ms=now_ms)

    async def run() -> None:
        async with writing(rig):
            await scenario(rig)

    asyncio.run(run())
    return rig


def test_rows_are_stored_once_however_often_they_come(database_url: str) -> None:
    async def scenario(rig: Rig) -> None:
        assert [ack.next for ack in await rig.send(batch(first=0, count=10))] == [10]
        assert [ack.next for ack in await rig.send(batch(first=0, count=10))] == [10]
        assert [ack.next for ack in await rig.send(batch(first=5, count=10))] == [15]
        again = await rig.send(*[batch(first=0, count=15)] * 3, batch(first=15, count=5))
        assert again[-1].next == 20
        assert not any(ack.refused for ack in again)

    rig = play(scenario, database_url)
    assert seqs(database_url, "gw-1") == list(range(20))
    assert rig.counts.rows == 20
    assert scalar(database_url, "SELECT sum(n) FROM hourly") == 20


def test_a_batch_above_what_is_wanted_is_refused_with_the_number_wanted(database_url: str) -> None:
    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=10))
        (ack,) = await rig.send(batch(first=20, count=10))
        assert (ack.next, ack.first, ack.refused) == (10, 20, True)
        answers = await rig.send(batch(first=20, count=10), batch(first=10, count=10))
        assert [(ack.next, ack.refused) for ack in answers] == [(10, True), (20, False)]

    play(scenario, database_url)
    assert seqs(database_url, "gw-1") == list(range(20))


def test_what_a_gateway_no_longer_holds_becomes_a_gap_and_blocks_nothing(database_url: str) -> None:
    told = Gap(first=Seq(12), end=Seq(18), from_ms=NOON_MS, to_ms=NOON_MS + 6000, reason="disk full")

    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=10))
        lost = batch(first=20, count=5, oldest=20, gaps=(told,))
        assert [ack.next for ack in await rig.send(lost)] == [25]
        assert [ack.next for ack in await rig.send(lost)] == [25]

    rig = play(scenario, database_url)
    assert seqs(database_url, "gw-1") == [*range(10), *range(20, 25)]
    text = 'SELECT first, "end", n, reason, from_at IS NULL FROM gap ORDER BY first'
    assert query(database_url, text) == [
        (10, 12, 2, "untold", True),
        (12, 18, 6, "disk full", False),
        (18, 20, 2, "untold", True),
    ]
    assert rig.counts.lost == 10


def test_a_trimmed_buffer_without_rows_moves_the_watermark(database_url: str) -> None:
    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=10))
        assert [ack.next for ack in await rig.send(batch(first=40, count=0, oldest=40))] == [40]
        (ack,) = await rig.send(batch(first=60, count=3, oldest=50))
        assert (ack.next, ack.refused) == (50, True)

    play(scenario, database_url)
    assert scalar(database_url, "SELECT sum(n) FROM gap") == 40
    assert scalar(database_url, "SELECT next FROM watermark") == 50


def test_a_hello_is_answered_with_what_is_wanted_of_each_lane(database_url: str) -> None:
    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=10))
        answers = await rig.send(hello(lanes=((7, 0, 30), (8, 5, 9))))
        assert [(ack.epoch, ack.next, ack.first, ack.refused) for ack in answers] == [
            (7, 10, -1, True),
            (8, 0, -1, True),
        ]

    play(scenario, database_url)
    assert query(database_url, "SELECT epoch, next, pending FROM watermark ORDER BY epoch") == [
        (7, 10, 20),
        (8, 0, 4),
    ]
    assert query(database_url, "SELECT shard, agent, synced, counts FROM gateway") == [
        (5, "lilong 0.1.0", True, {"heard": 3})
    ]


def test_a_cloud_restored_from_an_older_copy_asks_for_what_it_lost(database_url: str) -> None:
    """The writer believes that it knows the watermark; the compare-and-swap tells it better."""

    def restore() -> None:
        query(database_url, "DELETE FROM observation WHERE seq >= 10")
        query(database_url, "UPDATE watermark SET next = 10")

    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=20))
        restore()
        (ack,) = await rig.send(batch(first=20, count=10))
        assert (ack.next, ack.first, ack.refused) == (10, 20, True)
        assert [ack.next for ack in await rig.send(batch(first=10, count=20))] == [30]
        restore()
        (ack,) = await rig.send(hello(lanes=((7, 0, 30),)))
        assert (ack.next, ack.refused) == (10, True)
        assert [ack.next for ack in await rig.send(batch(first=10, count=20))] == [30]

    play(scenario, database_url)
    assert seqs(database_url, "gw-1") == list(range(30))


def test_two_workers_that_hear_the_same_batches_store_each_row_once(database_url: str) -> None:
    gateways = [f"gw-{number}" for number in range(6)]
    sent = [
        parcel(batch(gateway, first=first, count=20)) for first in range(0, 400, 20) for gateway in gateways
    ]

    async def run() -> list[Rig]:
        rigs = [Rig(database_url), Rig(database_url)]
        async with writing(*rigs):
            for one in sent:
                assert all(rig.inbox.offer(one) for rig in rigs)
                await asyncio.sleep(0)
            done = dict.fromkeys(gateways, 400)
            await until(lambda: all(heard(rig.acks) == done for rig in rigs), "last answers")
            # A worker that learns that the other is ahead answers before it has judged all of its own rows.
            await until(
                lambda: sum(rig.counts.rows + rig.counts.repeated for rig in rigs) >= 4800, "all rows"
            )
        return rigs

    rigs = asyncio.run(run())
    assert [seqs(database_url, gateway) for gateway in gateways] == [list(range(400))] * 6
    assert sum(rig.counts.rows for rig in rigs) == 2400
    assert sum(rig.counts.repeated for rig in rigs) == 2400
    assert scalar(database_url, "SELECT sum(n) FROM hourly") == 2400


def heard(acks: list[Ack]) -> dict[str, int]:
    """The highest number that each gateway was told."""
    told: dict[str, int] = {}
    for ack in acks:
        for lane in ack.lanes:
            told[ack.gateway] = max(told.get(ack.gateway, 0), lane.next)
    return told


def test_two_workers_that_move_one_lane_in_turns_never_lose_count(database_url: str) -> None:
    async def run() -> list[Rig]:
        rigs = [Rig(database_url), Rig(database_url)]
        async with writing(*rigs):
            for turn in range(10):
                (ack,) = await rigs[turn % 2].send(batch(first=turn * 10, count=10))
                assert (ack.next, ack.refused) == (turn * 10 + 10, False)
        return rigs

    rigs = asyncio.run(run())
    assert seqs(database_url, "gw-1") == list(range(100))
    assert sum(rig.counts.overtaken for rig in rigs) == 8


def test_nonsense_is_noted_and_disturbs_nothing(database_url: str) -> None:
    good = batch(first=0, count=10)
    wrong = (
        parcel(good, raw=b"\x00nonsense"),
        parcel(good, raw=encode(good)[:40]),
        parcel(batch("gw-2"), topic="lilong/1/up/5/gw-1/state"),
        parcel(good, topic="lilong/1/up/5/gw-1/alarm"),
        parcel(good, raw=encode(Ack(gateway=good.gateway, lanes=()))),
        parcel(good, raw=encode(hello())),
        parcel(replace(good, first=Seq(2**63 - 4))),
        parcel(hello(lanes=((2**63, 0, 1),))),
        parcel(replace(good, epoch=Epoch(2**63))),
        parcel(batch("gw-2"), topic="lilong/1/up/5/gw-1/reply"),
    )

    async def scenario(rig: Rig) -> None:
        for one in wrong:
            assert rig.inbox.offer(one)
        assert [ack.next for ack in await rig.send(good)] == [10]
        await until(lambda: scalar(database_url, "SELECT count(*) FROM refused") == len(wrong), "refusals")

    rig = play(scenario, database_url)
    assert rig.counts.refused == len(wrong)
    assert seqs(database_url, "gw-1") == list(range(10))
    assert query(database_url, "SELECT DISTINCT gateway FROM refused") == [("gw-1",)]


def test_values_that_postgresql_cannot_hold_are_kept_as_near_as_can_be(database_url: str) -> None:
    odd: list[Value] = [float("nan"), float("inf"), "a\0b", 2**64 - 1, "里弄", -0.5]

    async def scenario(rig: Rig) -> None:
        await rig.send(batch(count=6, values=odd, at_ms=-(10**17), trust=9))
        await rig.send(batch(f"gw-{'x' * 60}", count=1, at_ms=10**17, prop="p\0" + "q" * 300))

    play(scenario, database_url, now_ms=NOON_MS)
    text = """SELECT value, text, trust FROM observation JOIN gateway g ON g.id = gateway
              WHERE g.name = 'gw-1' ORDER BY seq"""
    assert query(database_url, text) == [
        (None, "nan", 1),
        (None, "inf", 1),
        (None, "a\N{REPLACEMENT CHARACTER}b", 1),
        (float(2**64), None, 1),
        (None, "里弄", 1),
        (-0.5, None, 1),
    ]
    assert scalar(database_url, "SELECT max(length(name)) FROM property") == 256
    assert scalar(database_url, "SELECT extract(year FROM max(at))::int FROM observation") == 9999
    assert scalar(database_url, "SELECT extract(year FROM min(at))::int FROM observation") == 1970


def test_a_batch_that_the_database_refuses_stops_only_itself(database_url: str) -> None:
    """Planted fault: a check that one batch breaks. Its neighbours of the same transaction are stored."""
    query(database_url, "ALTER TABLE observation ADD CHECK (value IS NULL OR value <> 13)")

    async def scenario(rig: Rig) -> None:
        for gateway in ("gw-1", "gw-2", "gw-3"):
            values = [13 if gateway == "gw-2" else 1] * 4
            assert rig.inbox.offer(parcel(batch(gateway, count=4, values=values)))
        await until(lambda: len(rig.acks) == 2, "answers of the others")
        await until(lambda: rig.counts.refused == 1, "the refusal")
        assert [ack.next for ack in await rig.send(batch("gw-2", count=4, values=[1] * 4))] == [4]

    play(scenario, database_url)
    assert [seqs(database_url, gateway) for gateway in ("gw-1", "gw-2", "gw-3")] == [[0, 1, 2, 3]] * 3
    assert query(database_url, "SELECT gateway, topic FROM refused") == [
        ("gw-2", "gw-2/state epoch 7 first 0"),
    ]


def test_events_are_kept_beside_their_rows(database_url: str) -> None:
    event = Event(
        rule="fire-lane",
        place=PlaceId("a-lot"),
        device=DeviceId("cam-1"),
        phase=Phase.RAISED,
        urgency=Urgency.ALARM,
        at_ms=NOON_MS,
        facts={"plate\0": "沪A\0", "seconds": 90},
    )
    value = event_row(event).value

    async def scenario(rig: Rig) -> None:
        alarms = batch(count=2, values=[value, "no event"], prop="alarm", stream=Stream.ALARM)
        await rig.send(alarms)
        await rig.send(alarms)

    rig = play(scenario, database_url)
    text = "SELECT key, phase, urgency, facts, stream, epoch, seq FROM event"
    nul = "\N{REPLACEMENT CHARACTER}"
    assert query(database_url, text) == [
        ("fire-lane@a-lot", "raised", "alarm", {f"plate{nul}": f"沪A{nul}", "seconds": 90}, 0, 7, 0)
    ]
    assert (rig.counts.events, rig.counts.strange_events) == (1, 1)
    assert scalar(database_url, "SELECT count(*) FROM observation") == 2


def test_rows_without_a_date_wait_for_their_boots_offset(database_url: str) -> None:
    booted = NOON_MS - 50_000

    async def scenario(rig: Rig) -> None:
        await rig.send(batch(first=0, count=10, at_ms=1000, trust=2))
        assert seqs(database_url, "gw-1") == []
        assert scalar(database_url, "SELECT count(*) FROM latest") == 0
        await rig.send(hello(lanes=((7, 0, 10),), clocks=((7, booted),)))
        await until(lambda: rig.counts.repaired == 10, "the repair")
        await rig.send(batch(first=10, count=5, at_ms=1000, trust=2))

    rig = play(scenario, database_url)
    assert rig.counts.undated == 10
    assert scalar(database_url, "SELECT count(*) FROM undated") == 0
    text = "SELECT seq, (extract(epoch FROM at) * 1000)::bigint, trust FROM observation ORDER BY seq"
    assert query(database_url, text) == [(seq, booted + 1000 + seq * 1000, 3) for seq in range(15)]
    assert scalar(database_url, "SELECT sum(n) FROM hourly") == 15
    assert scalar(database_url, "SELECT max(value) FROM latest") == 14


def test_the_newest_value_never_goes_back(database_url: str) -> None:
    def newest() -> float:
        return float(scalar(database_url, "SELECT value FROM latest"))

    async def scenario(rig: Rig) -> None:
        minute = 60_000
        for first, (at_ms, value, shown) in enumerate(
            [
                (NOON_MS, 1, 1),
                (NOON_MS - minute, 2, 1),
                (NOON_MS, 3, 3),
                (NOON_MS + 400 * 86_400_000, 4, 3),
                (NOON_MS + 4 * minute, 5, 5),
                (NOON_MS + 3 * minute, 6, 5),
            ]
        ):
            one = batch(f"gw-{first}", count=1, at_ms=at_ms, values=[value])
            await rig.send(same_device(one))
            assert newest() == shown

    play(scenario, database_url)


def test_a_wrong_clock_gives_way_to_any_saner_one(database_url: str) -> None:
    async def scenario(rig: Rig) -> None:
        future = batch("gw-1", count=1, at_ms=NOON_MS + 400 * 86_400_000, values=[1])
        past = batch("gw-2", count=1, at_ms=NOON_MS - 86_400_000, values=[2])
        await rig.send(same_device(future))
        assert scalar(database_url, "SELECT value FROM latest") == 1
        await rig.send(same_device(past))
        assert scalar(database_url, "SELECT value FROM latest") == 2

    play(scenario, database_url)


def same_device(one: Batch) -> Batch:
    """Give the batch with all its rows from one device, whatever its gateway is called."""
    return replace(one, rows=replace(one.rows, device=["bay"] * len(one.rows)))
