"""Nonsense from foreign clients is refused, counted and shown, and disturbs nobody else."""

import json
import random
from pathlib import Path
from typing import Any

import msgspec

from demo.estate import coap
from demo.estate.senml import CONTENT_CBOR, CONTENT_JSON
from demo.stage import ask
from tests.community.foreign import datagram, post, post_pack, publish
from tests.community.world import World, community, play, until
from wire import DeviceId

UP = "application/a/device/{}/event/up"
EUI = "02a1b2fffe0000ff"


def event(data: object, kind: str = "parking_bosch_tps110", eui: object = EUI) -> bytes:
    """A ChirpStack event with something in it."""
    body = {"deduplicationId": str(random.random()), "deviceInfo": {"devEui": eui, "deviceProfileName": kind}}
    return json.dumps(body | {"time": "2026-01-01T00:00:00Z", "fPort": 1, "data": data}).encode()


SPOILT_MQTT = {
    "no JSON": b"{" * 50,
    "no text": bytes(range(128, 256)),
    "empty": b"",
    "JSON of another kind": b'[1, 2, {"devEui": null}]',
    "no EUI": event("AQ==", eui="not an eui"),
    "no base64": event("***"),
    "bytes that the profile does not know": event("AQIDBAUGBwgJ"),
    "a device kind that nobody knows": event("AQ==", kind="toaster 3000"),
    "a time in no calendar": event("AQ==").replace(b"2026-01-01", b"2026-13-45"),
    "too much": event("AQ==" * 20_000),
}
SPOILT_PACKS = {
    "no pack": (b"what is this?", CONTENT_JSON),
    "half a pack": (b'[{"bn":"urn:dev:imei:1/","n":"3431/0', CONTENT_JSON),
    "a pack of nobody": (b'[{"n":"3431/0/1","vb":true}]', CONTENT_JSON),
    "endless nesting": (b"[" * 3000, CONTENT_JSON),
    "broken CBOR": (b"\x9f\xbf\x21\x78", CONTENT_CBOR),
    "a text where a truth belongs": (b'[{"bn":"d1/","n":"3431/0/1","vs":"full"}]', CONTENT_JSON),
}
SPOILT_DATAGRAMS = {
    "nothing": b"",
    "one byte": b"\x40",
    "a head without a body": b"\x40\x02\x12",
    "a token longer than any": b"\x4f\x02\x12\x34" + b"t" * 15,
    "an option that runs out": b"\x40\x02\x12\x34\xbd\xff",
    "a payload marker without a payload": coap.post(7, b"t", "senml", CONTENT_JSON, b""),
    "another version of CoAP": b"\xc0\x02\x12\x34",
    "noise": random.Random(1).randbytes(900),
}


def test_nonsense_from_foreign_clients_disturbs_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.acknowledged(40)
            pid = world.stage.agent.process_id
            await spoil_mqtt(world)
            await spoil_coap(world)
            await world.acknowledged(40)
            held = await world.check_exact()
            assert set(held.readings) == world.ledger.promised(), "nonsense became an observation"
            assert world.stage.agent.process_id == pid
            assert world.stage.agent.running
            assert "Traceback" not in world.stage.agent.log.read_text()
            assert "Traceback" not in world.stage.cloud.log.read_text()

    play(scenario())


async def spoil_mqtt(world: World) -> None:
    for payload in SPOILT_MQTT.values():
        await publish(world.stage.ports.devices_mqtt, UP.format(EUI), payload)
    await publish(world.stage.ports.devices_mqtt, UP.format("名字" * 300), event("AQ==", eui=""))
    await publish(world.stage.ports.devices_mqtt, "somewhere/else", b"not for the gateway")
    wanted = len(SPOILT_MQTT) + 1
    await until(lambda: quarantined(world, "lorawan") >= wanted, f"{wanted} in quarantine")
    reasons = [entry["reason"] for entry in quarantine(world) if entry["source"] == "lorawan"]
    assert all(reasons)
    assert any("no profile" in reason for reason in reasons)


async def spoil_coap(world: World) -> None:
    port = world.stage.ports.devices_coap
    for raw in SPOILT_DATAGRAMS.values():
        answer = await datagram(port, raw, times=1, each_s=0.2)
        assert answer is None or answer.code != coap.CHANGED
    before = quarantined(world, "coap")
    for payload, content_format in SPOILT_PACKS.values():
        said = await post(port, "senml", payload, content_format)
        assert said.startswith(("4.", "")), said
        again = await post_pack(port, payload, content_format)
        assert again is not None
    await until(lambda: quarantined(world, "coap") >= before + len(SPOILT_PACKS), "packs in quarantine")
    big = b"[" + b" " * 100_000 + b"]"
    assert (await post(port, "senml", big, CONTENT_JSON)).startswith("4.13")
    assert (await post(port, "senml", b"[]", 50)).startswith("4.15")
    assert (await post(port, "elsewhere", b"[]", CONTENT_JSON)).startswith("4.04")
    assert metrics_page(world).count("lilong_source") > 5


def test_good_readings_of_foreign_clients_are_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path, bays=4) as world:
            device = "urn:dev:imei:490154203237518"
            pack = f'[{{"bn":"{device}/","bt":1790000000.5,"n":"3431/0/1","vb":true}}]'.encode()
            assert await post(world.stage.ports.devices_coap, "senml", pack, CONTENT_JSON) == ""
            assert await post(world.stage.ports.devices_coap, "senml", pack, CONTENT_JSON) == ""
            await publish(world.stage.ports.devices_mqtt, UP.format(EUI), event("AQ=="))
            held = await world.drained()
            assert held.readings[DeviceId(device), 1_790_000_000_500] == 1, (
                "the same pack twice is one reading"
            )
            assert held.readings[DeviceId(EUI), 1_767_225_600_000] == 1

    play(scenario())


def test_nonsense_on_the_uplink_is_refused_and_counted_by_the_cloud(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            port = world.stage.ports.uplink_mqtt
            await world.acknowledged(20)
            for topic in (
                "up/7/gw-ginkgo-1/state",
                "up/7/gw-ginkgo-1/hello",
                "up/7/nobody/telemetry",
                "up/7/gw/junk",
            ):
                await publish(port, f"lilong/1/{topic}", b"\x01not a batch" * 20)
            await publish(port, "lilong/1/down/gw-ginkgo-1/ack", b"no acknowledgement")
            await until(lambda: cloud_count(world, "lilong_ingest_refused") >= 4, "four refused")
            await world.acknowledged(20)
            await world.check_exact()
            assert world.stage.account()["uplink"]["refused"] == 1

    play(scenario())


def quarantine(world: World) -> list[dict[str, Any]]:
    _, body = ask(world.stage.ports.gateway_http, "/quarantine.json")
    return msgspec.json.decode(body, type=list[dict[str, Any]])


def quarantined(world: World, source: str) -> int:
    return sum(entry["source"] == source for entry in quarantine(world))


def metrics_page(world: World) -> str:
    return ask(world.stage.ports.gateway_http, "/metrics")[1].decode()


def cloud_count(world: World, name: str) -> float:
    _, page = ask(world.stage.ports.cloud_http, "/metrics")
    lines = (line.split() for line in page.decode().splitlines() if line.startswith(f"{name}_total "))
    return next((float(value) for _, value in lines), -1.0)
