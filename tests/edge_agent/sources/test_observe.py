"""Observing resources of a real CoAP server that notifies, goes quiet, forgets us, dies and comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiocoap
import pytest
from aiocoap.numbers import codes
from aiocoap.resource import ObservableResource, Resource, Site

from chassis import ConfigError
from device_profiles import Format
from edge_agent.sources import ObserveSettings, Outcome, Written, observe
from edge_agent.sources.observe import ObserveSource
from tests.brokers import free_port
from tests.edge_agent.sources.listening import Listening, clock, shelf
from tests.until import until


class Sensor(ObservableResource):
    """A device's resource whose state a test sets."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's annotations are incomplete
        self.state = b"0"
        self.more: dict[str, Any] = {}
        self.code = codes.CONTENT
        self.watchers = 0

    def update_observation_count(self, newcount: int) -> None:
        self.watchers = newcount

    async def render_get(self, request: Any) -> Any:
        return aiocoap.Message(code=self.code, payload=self.state, **self.more)

    def say(self, state: bytes) -> None:
        self.state = state
        self.updated_state()  # type: ignore[no-untyped-call]


class Plain(Resource):
    """A resource that cannot be observed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.asked = 0

    async def render_get(self, request: Any) -> Any:
        self.asked += 1
        return aiocoap.Message(payload=b"%d" % self.asked, max_age=0)


@contextlib.asynccontextmanager
async def device(resource: Resource, port: int) -> AsyncIterator[None]:
    site = Site()
    site.add_resource(["3431", "0", "1"], resource)
    context = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", port), transports=["udp6"])
    try:
        yield
    finally:
        await context.shutdown()


def settings(port: int, **more: Any) -> ObserveSettings:
    return ObserveSettings(uri=f"coap://127.0.0.1:{port}/3431/0/1", device="bay-7", profile="p", **more)


def source(*wanted: ObserveSettings) -> ObserveSource:
    return ObserveSource(wanted, shelf("p"), clock)


@contextlib.asynccontextmanager
async def running(one: ObserveSource, intake: Listening) -> AsyncIterator[ObserveSource]:
    task = asyncio.create_task(one.run(intake))
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "_LONGEST_RETRY_S", 0.05)
    monkeypatch.setattr(observe, "_OFFER_AGAIN_AFTER_S", 0.02)
    monkeypatch.setattr(observe, "_LATE_S", (0.05, 0.1))


def heard(intake: Listening) -> list[bytes]:
    return [reading.payload for reading in intake.readings]


def story(tell: Callable[[Sensor, int, Listening], Any], **more: Any) -> None:
    """Run a story with a device that is there and a source that observes it."""

    async def whole() -> None:
        sensor, port, intake = Sensor(), free_port(), Listening()
        async with device(sensor, port), running(source(settings(port, **more)), intake) as one:
            await until(lambda: sensor.watchers == 1 and intake.items)  # the state at the start is heard
            await tell(sensor, port, intake)
            assert one.counts()["heard"] >= 1

    asyncio.run(whole())


def test_each_notification_is_heard() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        for state in (b"1", b"0", b"1"):
            sensor.say(state)
            await until(lambda state=state: heard(intake)[-1] == state and len(intake.items) > 1)  # type: ignore[misc]
        assert heard(intake) == [b"0", b"1", b"0", b"1"]
        assert {(item.reading.device, item.profile) for item in intake.heard} == {("bay-7", "p")}

    story(tell)


def test_the_devices_own_content_format_counts() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        sensor.more = {"content_format": 110}
        sensor.say(b'[{"n":"3431/0/1","vb":true}]')
        await until(lambda: len(intake.items) == 2)
        assert intake.readings[1].format is Format.SENML_JSON

    story(tell)


def test_what_is_no_reading_goes_to_quarantine() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        sensor.say(b"zz")
        await until(lambda: len(intake.items) == 2)
        (refused,) = intake.refused
        assert refused.where.endswith("/3431/0/1")
        assert "expected hexadecimal digits, got 'zz'" in refused.reason

    async def whole() -> None:
        sensor, port, intake = Sensor(), free_port(), Listening()
        sensor.state = b"01"
        async with device(sensor, port), running(source(settings(port, format=Written.HEX)), intake):
            await until(lambda: sensor.watchers == 1 and intake.items)  # the state at the start is heard
            await tell(sensor, port, intake)

    asyncio.run(whole())


def test_what_cannot_be_kept_is_offered_until_it_can() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        outcomes = [Outcome.FAILED, Outcome.FAILED, Outcome.STORED]
        intake.settle_as = lambda _: outcomes.pop(0)
        sensor.say(b"1")
        await until(lambda: not outcomes)
        assert heard(intake) == [b"0", b"1", b"1", b"1"]

    story(tell)


def test_a_device_that_has_gone_quiet_is_asked_again() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        sensor.more = {"max_age": 0}
        sensor.say(b"1")
        await until(lambda: len(intake.items) >= 4)
        assert heard(intake)[:2] == [b"0", b"1"]

    story(tell)


def test_a_device_that_ends_the_observation_is_asked_again() -> None:
    async def tell(sensor: Sensor, port: int, intake: Listening) -> None:
        sensor.code = codes.NOT_FOUND
        sensor.say(b"gone")
        await until(lambda: sensor.watchers == 0)
        sensor.code = codes.CONTENT
        sensor.state = b"back"
        await until(lambda: heard(intake)[-1] == b"back")

    story(tell)


def test_a_device_that_restarts_is_found_again(caplog: pytest.LogCaptureFixture) -> None:
    async def whole() -> None:
        port, intake = free_port(), Listening()
        async with running(source(settings(port)), intake) as one:
            await until(lambda: one.counts().get("lost", 0) >= 2)  # nobody is there yet
            for state in (b"1", b"2"):
                sensor = Sensor()
                sensor.state = state
                sensor.more = {"max_age": 1}
                async with device(sensor, port):
                    await until(lambda state=state: intake.items and heard(intake)[-1] == state)  # type: ignore[misc]

    asyncio.run(whole())
    told = [r.getMessage() for r in caplog.records if "registering again" in r.getMessage()]
    assert 1 <= len(told) <= 6


def test_a_resource_that_cannot_be_observed_is_asked_from_time_to_time() -> None:
    async def whole() -> None:
        port, intake = free_port(), Listening()
        async with device(Plain(), port), running(source(settings(port)), intake):
            await until(lambda: len(intake.items) >= 3)
        assert heard(intake)[:3] == [b"1", b"2", b"3"]

    asyncio.run(whole())


def test_one_device_that_is_away_holds_up_no_other() -> None:
    async def whole() -> None:
        sensor, port, intake = Sensor(), free_port(), Listening()
        both = source(settings(free_port()), settings(port))
        async with device(sensor, port), running(both, intake):
            await until(lambda: intake.items)

    asyncio.run(whole())


@pytest.mark.parametrize(
    "uri",
    ["http://a/b", "coap:///b", "coap://a:99999/b", "coap://a:0/", "nonsense", "coap://a/b#c", "coaps://a/b"],
)
def test_uris_that_cannot_be_observed_are_refused(uri: str) -> None:
    with pytest.raises(ConfigError, match=r"\[sources.observe\]"):
        ObserveSource([ObserveSettings(uri=uri, device="a")], shelf(), clock)


def test_devices_and_profiles_are_checked() -> None:
    with pytest.raises(ConfigError, match="device id"):
        ObserveSource([ObserveSettings(uri="coap://a/b", device="")], shelf(), clock)
    with pytest.raises(ConfigError, match="'p'"):
        ObserveSource([ObserveSettings(uri="coap://a/b", device="a", profile="p")], shelf(), clock)


@pytest.mark.parametrize(
    ("payload", "form", "format", "path"),
    [
        (bytes.fromhex("c10101"), 11542, Format.LWM2M_TLV, "/3431/0/1"),
        (b"1", 0, Format.TEXT, "/3431/0/1"),
        (b'[{"n":"3431/0/1","vb":true}', 111, Format.SENSML_JSON, ""),
        (b"\x01", None, Format.BYTES, ""),
    ],
)
def test_an_lwm2m_path_is_read_in_lwm2m_s_own_forms(
    payload: bytes, form: int | None, format: Format, path: str
) -> None:
    async def story() -> None:
        intake, sensor, port = Listening(), Sensor(), free_port()
        sensor.state, sensor.more = payload, {} if form is None else {"content_format": form}
        async with device(sensor, port), running(source(settings(port)), intake):
            await until(lambda: intake.items)
        (reading,) = intake.readings
        assert (reading.payload, reading.format, reading.path) == (payload, format, path)

    asyncio.run(story())
