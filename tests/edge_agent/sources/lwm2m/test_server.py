"""The LwM2M server against devices that speak the true protocol over UDP."""

import asyncio
from functools import partial
from typing import Any

import pytest
from aiocoap.numbers import codes
from aiocoap.resource import Site

from device_profiles import Format, load_shelf
from edge_agent.sources import CoapSettings, Outcome
from edge_agent.sources.coap import CoapSource, Gate
from edge_agent.sources.lwm2m import desk as desk_module
from edge_agent.sources.settings import Lwm2mSettings
from tests.edge_agent.sources.coap_peers import running
from tests.edge_agent.sources.listening import Listening, clock
from tests.edge_agent.sources.lwm2m.device import Thing, device
from tests.until import until

SHELF = load_shelf()
WATER = bytes.fromhex("c801084060000000000000")  # 3424/0/1 = 128.0 m3
BACKFLOW = WATER + bytes.fromhex("c10b01")


def server(**more: Any) -> CoapSource:
    return CoapSource(CoapSettings(host="127.0.0.1", port=0, lwm2m=Lwm2mSettings(**more)), SHELF, clock)


def meant(intake: Listening) -> list[tuple[str, str, object]]:
    rows = [row for item in intake.heard for row in SHELF.profile(item.profile).decode(item.reading)]
    return [(row.device, row.property, row.value) for row in rows]


def test_a_device_registers_is_observed_notifies_and_leaves() -> None:
    async def story() -> None:
        intake = Listening()
        meter = Thing(WATER, 11542)
        async with (
            running(server(), intake) as one,
            device(one.port, {"/3424/0": meter, "/1/0": Thing(b"", 0)}) as it,
        ):
            answer = await it.register()
            assert answer.code == codes.CREATED
            assert answer.opt.location_path[0] == "rd"
            await until(lambda: ("meter-1", "water.index", 128.0) in meant(intake))
            assert meter.observers == 1
            meter.say(BACKFLOW)
            await until(lambda: ("meter-1", "water.backflow", 1) in meant(intake))
            assert it.things["/1/0"].asked == 0
            assert (await it.update()).code == codes.CHANGED
            assert (await it.leave()).code == codes.DELETED
            said = len(intake.items)
            meter.say(WATER)  # the device has left: what it still says is not taken, and it learns so
            await until(lambda: meter.observers == 0)
            assert (await it.update()).code == codes.NOT_FOUND
            assert len(intake.items) == said
            counts = one.counts()
            assert (counts["lwm2m_registered"], counts["lwm2m_left"], counts["lwm2m_devices"]) == (1, 1, 0)
        assert ("meter-1", "device.link_lost", 0) in meant(intake)
        assert intake.readings[-1].path == "/3424/0"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "payload", "form", "says", "format"),
    [
        ("/3407/0", bytes.fromhex("e1179e01"), 1542, ("fire.smoke", 1), Format.LWM2M_TLV),
        ("/3408/0", b'[{"bn":"/3408/0/","n":"3","vb":true}]', 110, ("manhole.open", 1), Format.SENML_JSON),
        (
            "/3408/0",
            bytes.fromhex("81a321682f333430382f302f00613304f5"),
            112,
            ("manhole.open", 1),
            Format.SENML_CBOR,
        ),
        (
            "/3303/0",
            b'{"bn":"/3303/0/","e":[{"n":"5700","v":21.5}]}',
            11543,
            ("air.temperature", 21.5),
            Format.LWM2M_JSON,
        ),
    ],
)
def test_every_form_of_content(
    path: str, payload: bytes, form: int, says: tuple[str, object], format: Format
) -> None:
    async def story() -> None:
        intake = Listening()
        async with running(server(), intake) as one, device(one.port, {path: Thing(payload, form)}) as it:
            await it.register()
            await until(lambda: ("meter-1", *says) in meant(intake))
        assert intake.readings[-1].format is format

    asyncio.run(story())


def test_the_device_object_is_read_and_a_sensor_that_cannot_be_observed_too() -> None:
    async def story() -> None:
        intake = Listening()
        things = {
            "/3/0": Thing(b'[{"bn":"/3/0/","n":"9","v":77}]', 110),
            "/3424/0": Thing(WATER, 11542, observable=False),
        }
        async with running(server(), intake) as one, device(one.port, things) as it:
            await it.register()
            await until(lambda: len(intake.items) == 3)
            assert {("meter-1", "device.battery_percent", 77), ("meter-1", "water.index", 128.0)} < set(
                meant(intake)
            )
            assert things["/3/0"].observers == 0
            await until(lambda: one.counts().get("lwm2m_not_observable") == 1)

    asyncio.run(story())


def test_nothing_is_left_of_devices_that_came_and_went(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Any] = []
    stand_before = Gate.stand_before

    def noting(gate: Gate, context: Any) -> int:
        kept.append(context)
        return stand_before(gate, context)

    monkeypatch.setattr(Gate, "stand_before", noting)

    async def story() -> None:
        meter = Thing(WATER, 11542)
        async with running(server(), Listening()) as one, device(one.port, {"/3424/0": meter}) as it:
            for number in range(5):
                await it.register()
                await until(partial(_asked, meter, number))
            await it.leave()
            await until(lambda: not kept[0].request_interfaces[0].outgoing_requests)

    asyncio.run(story())


def _asked(thing: Thing, times: int) -> bool:
    return thing.asked > times


def test_a_device_with_an_alternative_path() -> None:
    async def story() -> None:
        intake = Listening()
        async with (
            running(server(), intake) as one,
            device(one.port, {"/lwm2m/3424/0": Thing(WATER, 11542)}) as it,
        ):
            await it.register(links='</lwm2m>;rt="oma.lwm2m",</lwm2m/3424/0>,</lwm2m/1/0>')
            await until(lambda: ("meter-1", "water.index", 128.0) in meant(intake))
        assert intake.readings[-1].path == "/3424/0"

    asyncio.run(story())


def test_what_is_asked_again_and_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second registration replaces the first, an update without changes leaves the observation alone."""

    async def story() -> None:
        meter = Thing(WATER, 11542)
        async with running(server(), Listening()) as one, device(one.port, {"/3424/0": meter}) as it:
            await it.register()
            await until(lambda: meter.observers == 1)
            first = it.location
            await it.update("lt=600")
            await it.register()
            assert it.location != first
            await until(lambda: meter.asked >= 2)
            assert one.counts()["lwm2m_devices"] == 1
            it.location = first
            assert (await it.update()).code == codes.NOT_FOUND
            assert (await it.leave()).code == codes.NOT_FOUND

    asyncio.run(story())


def test_a_device_that_is_lost_is_reported_once_and_so_is_its_return(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk_module, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("edge_agent.sources.lwm2m.book.GRACE_S", -1.0)

    async def story() -> None:
        intake = Listening()
        async with running(server(), intake) as one, device(one.port, {"/3424/0": Thing(WATER, 11542)}) as it:
            await it.register("lt=1")
            await until(lambda: one.counts().get("lwm2m_expired") == 1)
            await until(lambda: ("meter-1", "device.link_lost", 1) in meant(intake))
            await it.register("lt=86400")
            await until(lambda: [value for _, name, value in meant(intake) if "link" in name] == [0, 1, 0])

    asyncio.run(story())


def test_send_by_a_registered_device_needs_no_name() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(server(), intake) as one, device(one.port, {"/3408/0": Thing(b"", 110)}) as it:
            pack = b'[{"bn":"/3408/0/","n":"3","vb":true}]'
            assert (await it.send(pack)).code == codes.BAD_REQUEST
            await it.register()
            assert (await it.send(pack)).code == codes.CHANGED
        assert [reading.device for reading in intake.readings if reading.payload == pack] == ["meter-1"]

    asyncio.run(story())


def test_a_sleeping_device_is_asked_when_it_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_agent.sources.lwm2m.watch._ANSWER_WITHIN_S", 0.2)

    async def story() -> None:
        intake = Listening()
        meter = Thing(WATER, 11542)
        async with running(server(), intake) as one, device(one.port, {"/3424/0": meter}) as it:
            asleep = Site()
            awake, it.context.serversite = it.context.serversite, _Deaf(asleep)
            await it.register("lt=600&lwm2m=1.1&b=U&Q")
            await until(lambda: one.counts().get("lwm2m_unanswered") == 1)
            it.context.serversite = awake
            await it.update()
            await until(lambda: ("meter-1", "water.index", 128.0) in meant(intake))
            assert meter.asked == 1

    asyncio.run(story())


class _Deaf:
    """A site that never answers."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def render_to_pipe(self, pipe: Any) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("query", "links", "code"),
    [
        ("lt=0", None, codes.BAD_REQUEST),
        ("lt=soon", None, codes.BAD_REQUEST),
        ("lwm2m=0.9", None, codes.PRECONDITION_FAILED),
        ("lt=60", "nonsense", codes.BAD_REQUEST),
        ("lt=60", "", codes.BAD_REQUEST),
        ("lt=60", ",".join(f"</3303/{n}>" for n in range(300)), codes.BAD_REQUEST),
    ],
)
def test_registrations_that_are_refused(query: str, links: str | None, code: Any) -> None:
    async def story() -> None:
        async with (
            running(server(), Listening()) as one,
            device(one.port, {"/3424/0": Thing(WATER, 11542)}) as it,
        ):
            assert (await it.register(query, links)).code == code
            assert one.counts()["lwm2m_refused"] == 1
            assert one.counts()["lwm2m_devices"] == 0

    asyncio.run(story())


def test_there_is_room_for_so_many_devices() -> None:
    async def story() -> None:
        async with (
            running(server(most=1), Listening()) as one,
            device(one.port, {"/3424/0": Thing(WATER, 11542)}) as first,
            device(one.port, {"/3424/0": Thing(WATER, 11542)}, "meter-2") as second,
        ):
            assert (await first.register()).code == codes.CREATED
            await until(lambda: first.things["/3424/0"].observers)
            await until(lambda: one.counts().get("lwm2m_stored") == 2)
            answer = await second.register()
            assert (answer.code, answer.opt.max_age) == (codes.SERVICE_UNAVAILABLE, 300)
            assert (await first.register()).code == codes.CREATED

    asyncio.run(story())


def test_a_content_in_a_form_that_nobody_knows_is_kept_and_reported() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(server(), intake) as one, device(one.port, {"/3424/0": Thing(b"\xa1", 60)}) as it:
            await it.register()
            await until(lambda: intake.refused)
        assert "Content-Format" in intake.refused[0].reason
        assert intake.refused[0].where == "meter-1 /3424/0"

    asyncio.run(story())


def test_what_cannot_be_kept_is_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "_OFFER_AGAIN_AFTER_S", 0.01)

    async def story() -> None:
        intake = Listening(lambda _: Outcome.FAILED)
        async with running(server(), intake) as one, device(one.port, {"/3424/0": Thing(WATER, 11542)}) as it:
            await it.register()
            await until(lambda: sum(reading.path == "/3424/0" for reading in intake.readings) > 2)
            intake.settle_as = lambda _: Outcome.STORED
            await until(lambda: one.counts().get("lwm2m_stored") == 2)

    asyncio.run(story())


def test_without_the_table_there_is_no_registration() -> None:
    async def story() -> None:
        one = CoapSource(CoapSettings(host="127.0.0.1", port=0), SHELF, clock)
        async with running(one, Listening()), device(one.port, {"/3424/0": Thing(WATER, 11542)}) as it:
            assert (await it.register()).code == codes.NOT_FOUND
            assert "lwm2m_devices" not in one.counts()

    asyncio.run(story())
