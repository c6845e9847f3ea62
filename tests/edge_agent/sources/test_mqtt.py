"""The MQTT source against real brokers: what it hears, refuses, passes over and says."""

import asyncio
import json
import logging
import shutil
import subprocess

import pytest
from msgspec.structs import replace

from chassis import ConfigError, MqttSettings, NearMqttSettings
from device_profiles import Shelf
from edge_agent.sources import MqttSource, MqttSourceSettings, Outcome, RouteSettings, Written
from tests.brokers import LocalBroker, Mosquitto
from tests.edge_agent.sources.listening import NOW_MS, Kept, Listening, clock, shelf
from tests.edge_agent.sources.mqtt_peers import CHIRPSTACK, ROUTE, UPLINK, running, sensor, source
from tests.until import until


def test_hears_raw_bytes_and_envelopes(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening()
        one = source(broker.port, ROUTE, CHIRPSTACK, by_name={"Bosch TPS110": "q"})
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("sites/a/bay-7/up", b"\x01\xff")
            mouth.publish("application/1/device/70b3d57ed0000001/event/up", json.dumps(UPLINK).encode())
            await until(lambda: len(intake.items) == 2)
        raw, wrapped = intake.heard
        assert (raw.reading.device, raw.reading.payload, raw.profile) == ("bay-7", b"\x01\xff", "p")
        assert raw.surely_new
        assert raw.reading.identity.startswith("mqtt:lilong-gw1-mqtt:")
        assert (wrapped.reading.device, wrapped.reading.port, wrapped.profile) == (
            "70b3d57ed0000001",
            1,
            "q@1",
        )
        assert wrapped.reading.identity == UPLINK["deduplicationId"]
        assert not wrapped.surely_new
        assert one.counts()["stored"] == 2

    asyncio.run(story())


def test_what_a_private_device_sends_is_kept_nowhere_even_if_it_is_no_reading(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening(lambda _: Outcome.QUARANTINED)
        private = replace(shelf("p").profile("p"), private=True)
        route = RouteSettings(topic="rfid", device="reader", profile="p", format=Written.HEX)
        settings = MqttSourceSettings(broker=NearMqttSettings(port=broker.port), routes=(route,))
        one = MqttSource(settings, Shelf({"p": private}), clock, "gw1")
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("rfid", b"the number of a passer-by")
            await until(lambda: intake.refused)
        (refused,) = intake.refused
        assert refused.payload == b""
        assert "passer-by" not in refused.reason

    asyncio.run(story())


def test_two_equal_publishes_are_both_heard(broker: LocalBroker) -> None:
    async def story() -> None:
        kept = Kept()
        async with running(source(broker.port), kept), sensor(broker.port) as mouth:
            for _ in range(300):  # more than any broker's window, so that packet ids are used again
                mouth.publish("sites/a/1/up", b"free")
                await asyncio.sleep(0)
            await until(lambda: len(kept.rows) == 300)

    asyncio.run(story())


def test_what_is_no_reading_goes_to_quarantine_and_is_acknowledged(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening(lambda _: Outcome.QUARANTINED)
        one = source(broker.port, RouteSettings(topic="a/{device}", format=Written.HEX), CHIRPSTACK)
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("a/1", b"no hex")
            mouth.publish("application/1/device/2/event/up", b'{"deviceInfo":{}}')
            mouth.publish("a/" + "é" * 200, b"01")
            await until(lambda: len(intake.items) == 3)
        refused = {item.where: item for item in intake.refused}  # rumqttd keeps the order within a topic only
        assert set(refused) == {"a/1", "application/1/device/2/event/up", "a/" + "é" * 200}
        assert "hexadecimal digits" in refused["a/1"].reason
        assert "deviceInfo.devEui" in refused["application/1/device/2/event/up"].reason
        assert refused["a/1"].payload == b"no hex"
        assert (refused["a/1"].received_ms, refused["a/1"].source) == (NOW_MS, "mqtt")
        assert one.counts()["refused"] == 3
        fresh = Listening()
        async with (
            running(source(broker.port, RouteSettings(topic="a/{device}")), fresh),
            sensor(broker.port) as m,
        ):
            m.publish("a/2", b"x")
            await until(lambda: fresh.items)
        assert [reading.device for reading in fresh.readings] == ["2"]

    asyncio.run(story())


def test_a_retained_publish_is_believed_only_if_it_says_when_it_was_true(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening()
        one = source(broker.port, ROUTE, CHIRPSTACK)
        earlier = Listening()
        async with sensor(broker.port) as mouth:
            topic = "application/1/device/70b3d57ed0000001/event/up"
            async with running(source(broker.port, ROUTE, CHIRPSTACK, client_id="earlier"), earlier):
                mouth.publish("sites/a/1/up", b"free", retain=True)
                mouth.publish(topic, json.dumps(UPLINK).encode(), retain=True)
                await until(lambda: len(earlier.items) == 2)
            async with running(one, intake):
                await until(lambda: one.counts().get("arrived") == 2)
                await until(lambda: one.counts().get("stored") == 1)
                assert one.counts()["retained"] == 1
                mouth.publish("sites/a/1/up", b"occupied", retain=True)  # heard as it happens
                await until(lambda: len(intake.items) == 2)
        assert [reading.device for reading in intake.readings] == ["70b3d57ed0000001", "1"]

    asyncio.run(story())


def test_a_frame_of_the_radio_alone_is_counted_and_acknowledged(broker: LocalBroker) -> None:
    async def story() -> None:
        intake = Listening()
        one = source(broker.port, CHIRPSTACK)
        async with running(one, intake), sensor(broker.port) as mouth:
            mouth.publish("application/1/device/2/event/up", json.dumps({**UPLINK, "data": ""}).encode())
            await until(lambda: one.counts().get("without_bytes") == 1)
        assert intake.items == []
        again = source(broker.port, CHIRPSTACK)
        async with running(again, intake), sensor(broker.port) as mouth:
            mouth.publish("application/1/device/2/event/up", json.dumps(UPLINK).encode())
            await until(lambda: len(intake.items) == 1)
        assert again.counts()["arrived"] == 1  # the broker does not hold the empty frame any more

    asyncio.run(story())


def test_routes_of_an_earlier_configuration_are_passed_over(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with running(source(mosquitto.port, RouteSettings(topic="old/{device}")), Listening()):
            pass
        intake = Listening()
        one = source(mosquitto.port)
        async with running(one, intake), sensor(mosquitto.port) as mouth:
            for _ in range(3):
                mouth.publish("old/1", b"x")
            mouth.publish("sites/a/1/up", b"y")
            await until(lambda: intake.items)
            assert one.counts()["unrouted"] == 3
        assert [reading.payload for reading in intake.readings] == [b"y"]

    with caplog.at_level(logging.WARNING, logger="edge_agent"):
        asyncio.run(story())
    assert caplog.text.count("earlier configuration") == 1


def test_an_unknown_kind_of_device_is_told_once(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(mosquitto.port, CHIRPSTACK), intake), sensor(mosquitto.port) as mouth:
            for _ in range(2):
                mouth.publish("application/1/device/2/event/up", json.dumps(UPLINK).encode())
            await until(lambda: len(intake.items) == 2)
        assert [item.profile for item in intake.heard] == ["", ""]

    asyncio.run(story())
    assert caplog.text.count("no profile for devices called 'Bosch TPS110'") == 1


def test_says_for_how_long_it_is_deaf(broker: LocalBroker) -> None:
    async def story() -> None:
        one = source(broker.port)
        assert one.counts()["deaf_ms"] == 0
        async with running(one, Listening()):
            assert one.counts()["deaf_ms"] == 0
            broker.kill()
            await until(lambda: one.counts()["deaf_ms"] > 0)
            await asyncio.to_thread(broker.start)
            await until(lambda: one.counts()["deaf_ms"] == 0)
            assert one.counts()["reconnects"] == 1

    asyncio.run(story())


def test_a_foreign_client_is_heard(mosquitto: Mosquitto) -> None:
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto_pub is not installed (apt-get install mosquitto-clients)")

    async def story() -> None:
        intake = Listening()
        routes = (
            RouteSettings(topic="sites/a/{device}/up", format=Written.HEX),
            RouteSettings(topic="senml/{device}", format=Written.SENML_JSON),
        )
        async with running(source(mosquitto.port, *routes), intake):
            for topic, text in (("sites/a/bay-7/up", "01ff"), ("senml/7", '[{"n":"3431/0/1","vb":true}]')):
                await asyncio.to_thread(
                    subprocess.run,
                    ["mosquitto_pub", "-p", str(mosquitto.port), "-q", "1", "-t", topic, "-m", text],
                    check=True,
                )
            await until(lambda: len(intake.items) == 2)
        assert intake.readings[0].payload == b"\x01\xff"
        assert intake.readings[1].payload == b'[{"n":"3431/0/1","vb":true}]'

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"routes": ()}, "at least one route"),
        ({"routes": (ROUTE,), "broker": MqttSettings(port=0)}, "expected a port"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_runs(
    wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        MqttSource(MqttSourceSettings(**wrong), shelf("p"), clock, "gw1")  # type: ignore[arg-type]
