"""Charging points: a message is answered when it is kept, and sent again when it was not."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from chassis import ConfigError
from demo.estate.charging import ChargingPoint
from device_profiles import load_shelf
from edge_agent.sources import Heard, Outcome
from edge_agent.sources.ocpp import Authorize, OcppCharger, OcppSettings
from edge_agent.sources.ocpp.source import OcppSource
from tests.edge_agent.sources.listening import NOW_MS, Item, Listening, clock
from tests.until import until
from wire import TimeTrust

SHELF = load_shelf()
AT = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def source(**settings: object) -> OcppSource:
    chargers = (OcppCharger(id="CP-1"),)
    return OcppSource(
        OcppSettings(port=0, **{"chargers": chargers, **settings}),  # type: ignore[arg-type]
        SHELF,
        clock,
    )


def serve(
    one: OcppSource, intake: Listening, work: Callable[[str], Awaitable[None]], within_s: float = 20
) -> None:
    """Run the source while `work`, given its address, does something."""

    async def run() -> None:
        serving = asyncio.create_task(one.run(intake))
        try:
            async with asyncio.timeout(within_s):
                await until(lambda: one.port or serving.done())
                await work(f"ws://127.0.0.1:{one.port}")
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(run())


async def _lives(point: ChargingPoint, done: Callable[[], bool]) -> None:
    task = asyncio.create_task(point.run())
    try:
        await until(done)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def rows(intake: Listening) -> list[tuple[str, str, object]]:
    decode = SHELF.profile("ev_ocpp16").decode
    return [(row.device, row.property, row.value) for item in intake.heard for row in decode(item.reading)]


def test_a_charge_from_plug_to_meter() -> None:
    intake, one = Listening(), source()

    async def work(address: str) -> None:
        point = ChargingPoint("CP-1", address)
        point.plugged_in(1, 1000, AT)
        point.metered(1, 1500, 7000, AT)
        await _lives(point, lambda: len(point.answered) == 5)

    serve(one, intake, work)
    assert rows(intake) == [
        ("CP-1", "device.started", "boot"),
        ("CP-1", "device.firmware", "1.0"),
        ("CP-1/1", "ev.state", "preparing"),
        ("CP-1/1", "ev.fault", "none"),
        ("CP-1/1", "ev.index", 1.0),
        ("CP-1/1", "ev.state", "charging"),
        ("CP-1/1", "ev.fault", "none"),
        ("CP-1/1", "ev.index", 1.5),
        ("CP-1/1", "ev.power", 7000.0),
    ]
    assert one.counts()["stored"] == 5


def test_who_charges_is_kept_nowhere() -> None:
    intake = Listening()

    async def work(address: str) -> None:
        point = ChargingPoint("CP-1", address)
        point.plugged_in(1, 1000, AT)
        await _lives(point, lambda: len(point.answered) == 4)

    serve(source(), intake, work)
    assert any(b"StartTransaction" in item.reading.payload for item in intake.heard)
    assert not any(b"04E91A2B" in item.reading.payload for item in intake.heard)


def test_what_could_not_be_kept_is_refused_and_comes_again_with_the_same_identity() -> None:
    refusals = iter([Outcome.FAILED, Outcome.FAILED])

    def settle(item: Item) -> Outcome:
        dated = isinstance(item, Heard) and b"MeterValues" in item.reading.payload
        return next(refusals, Outcome.STORED) if dated else Outcome.STORED

    intake = Listening(settle)

    async def work(address: str) -> None:
        point = ChargingPoint("CP-1", address)
        point.metered(1, 1500, 7000, AT)
        await _lives(point, lambda: len(point.answered) == 2)

    serve(source(), intake, work)
    identities = [item.reading.identity for item in intake.heard if b"MeterValues" in item.reading.payload]
    assert len(identities) == 3
    assert len(set(identities)) == 1
    assert identities[0]


def test_an_answer_that_does_not_come_in_time_is_an_error() -> None:
    intake = Listening(lambda item: None)
    one = source(answer_within_s=1)

    async def work(address: str) -> None:
        async with connect(f"{address}/CP-1", subprotocols=[Subprotocol("ocpp1.6")]) as connection:
            await connection.send('[2,"1","Heartbeat",{}]')
            answer = json.loads(await connection.recv())
            assert answer[:3] == [4, "1", "InternalError"]

    serve(one, intake, work)
    assert one.counts()["unanswered"] == 1


def test_strangers_and_wrong_passwords_are_turned_away(tmp_path: Path) -> None:
    (tmp_path / "cp1").write_text("sesame\n", encoding="utf-8")
    settings = OcppSettings(chargers=(OcppCharger(id="CP-1", password_file="cp1"),), port=0).below(tmp_path)
    one, intake = OcppSource(settings, SHELF, clock), Listening()

    async def work(address: str) -> None:
        for name, status in (("CP-9", 404), ("CP-1", 401)):
            with pytest.raises(InvalidStatus) as refused:
                async with connect(f"{address}/{name}", subprotocols=[Subprotocol("ocpp1.6")]):
                    pass
            assert refused.value.response.status_code == status
        for password, wanted in (("open", 0), ("sesame", 1)):
            point = ChargingPoint("CP-1", address, password)
            if wanted:
                await _lives(point, lambda point=point: len(point.answered) == 1)  # type: ignore[misc]
            else:
                before = one.counts()["wrong_password"]
                await _lives(point, lambda before=before: one.counts()["wrong_password"] > before)  # type: ignore[misc]

    serve(one, intake, work)
    assert one.counts()["strangers"] == 1
    assert [row[1] for row in rows(intake)] == ["device.started", "device.firmware"]


def test_a_password_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ConfigError, match="password_file"):
        source(chargers=(OcppCharger(id="a", password_file="/nowhere/at/all"),))
    with pytest.raises(ConfigError, match="at least one charging point"):
        source(chargers=())


def test_another_protocol_is_turned_away() -> None:
    async def work(address: str) -> None:
        for offered in (None, [Subprotocol("ocpp2.0.1")]):
            with pytest.raises(InvalidStatus) as refused:
                async with connect(f"{address}/CP-1", subprotocols=offered):
                    pass
            assert refused.value.response.status_code == 400

    serve(source(), Listening(), work)


@pytest.mark.parametrize(
    "text",
    ["", "[", "{}", "[2]", '[2,"1","Fly",{}]', '[2,"1","StatusNotification",{"status":1}]', '[9,"1",{}]'],
)
def test_nonsense_stops_nobody(text: str) -> None:
    intake = Listening()

    async def work(address: str) -> None:
        async with connect(f"{address}/CP-1", subprotocols=[Subprotocol("ocpp1.6")]) as connection:
            await connection.send(text)
            await connection.send('[2,"good","Heartbeat",{}]')
            while True:
                answer = json.loads(await connection.recv())
                if answer[1] == "good":
                    assert answer[0] == 3
                    return

    serve(source(), intake, work)
    assert [row[1] for row in rows(intake)] == ["device.heartbeat"]


def test_nobody_is_told_a_time_that_nobody_knows() -> None:
    def unset() -> tuple[int, TimeTrust]:
        return 5, TimeTrust.UNSYNCED

    one = OcppSource(OcppSettings(port=0, chargers=(OcppCharger(id="CP-1"),)), SHELF, unset)

    async def work(address: str) -> None:
        async with connect(f"{address}/CP-1", subprotocols=[Subprotocol("ocpp1.6")]) as connection:
            boot = {"chargePointModel": "a", "chargePointVendor": "b"}
            await connection.send(json.dumps([2, "1", "BootNotification", boot]))
            assert json.loads(await connection.recv())[2]["status"] == "Pending"
            await connection.send('[2,"2","Heartbeat",{}]')
            assert json.loads(await connection.recv())[0] == 4

    serve(one, Listening(), work)


@pytest.mark.parametrize(
    ("rule", "status"), [(Authorize.EVERYBODY, "Accepted"), (Authorize.NOBODY, "Invalid")]
)
def test_who_may_charge(rule: Authorize, status: str) -> None:
    async def work(address: str) -> None:
        async with connect(f"{address}/CP-1", subprotocols=[Subprotocol("ocpp1.6")]) as connection:
            await connection.send('[2,"1","Authorize",{"idTag":"A"}]')
            assert json.loads(await connection.recv())[2]["idTagInfo"]["status"] == status
            start = {"connectorId": 3, "idTag": "A", "meterStart": 0, "timestamp": "2026-05-06T07:08:09Z"}
            await connection.send(json.dumps([2, "2", "StartTransaction", start]))
            number = json.loads(await connection.recv())[2]["transactionId"]
            stop = {"transactionId": number, "meterStop": 9000, "timestamp": "2026-05-06T08:08:09Z"}
            await connection.send(json.dumps([2, "3", "StopTransaction", stop]))
            assert json.loads(await connection.recv())[0] == 3

    intake = Listening()
    serve(source(authorize=rule), intake, work)
    assert rows(intake)[-1] == ("CP-1/3", "ev.index", 9.0)
    assert intake.heard[-1].reading.received_ms == NOW_MS
