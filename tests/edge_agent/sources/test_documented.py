"""docs/sources.md: its tables build sources, its commands reach them, its lines can be replayed."""

import asyncio
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from chassis import parse_config
from device_profiles import load_shelf
from edge_agent.config import DeviceEntry
from edge_agent.pipeline import Registry, checked
from edge_agent.pipeline.understand import understand
from edge_agent.sources import Heard, MqttSource, ReplaySource, SourcesSettings, build_sources
from edge_agent.sources.coap import CoapSource
from tests.brokers import Mosquitto
from tests.edge_agent.sources.listening import Listening, clock
from tests.until import until

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sources.md").read_text()
SHELF = load_shelf()


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of agent.toml the page shows."""

    sources: SourcesSettings = SourcesSettings()
    devices: tuple[DeviceEntry, ...] = ()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(program)]


def settings(marker: str, port: int, folder: Path) -> SourcesSettings:
    """The table that holds the marker, with its port and its files replaced by ours."""
    (text,) = (block for block in blocks("toml") if marker in block)
    for file in ("/etc/lilong/tts.key", "/etc/lilong/cp2.password", "/var/lib/lilong/heard.jsonl"):
        ours = folder / Path(file).name
        ours.write_text("secret")
        text = text.replace(file, str(ours))
    text = re.sub(r"port = (1883|5683|9180)", f"port = {port}", text)
    return parse_config(text, Page, name="docs/sources.md").sources


def meant(intake: Listening) -> list[tuple[str, object]]:
    """What the gateway makes of what was heard: device and whether it is occupied."""
    registry = Registry(profiles={key: SHELF.profile(key) for key in SHELF.keys()}, devices={})  # noqa: SIM118
    understood = [understand(item, registry) for item in intake.items]
    assert [one.quarantined for one in understood] == [None] * len(understood)
    return [(row.device, row.value) for one in understood for _, row in one.rows]


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_table_is_one_that_the_agent_knows(text: str, tmp_path: Path) -> None:
    page = parse_config(text, Page, name="docs/sources.md")
    for entry in page.devices:
        SHELF.profile(entry.profile)
        checked(entry.means, "docs/sources.md")
    for source in page.sources.mqtt:
        # A gateway must not stay deaf when its own broker is back, nor take one that hangs for a quiet one.
        assert max(source.broker.longest_retry_s, source.broker.keepalive_s) <= 10


@pytest.mark.parametrize(
    "marker",
    [
        "chirpstack-v4",
        "ttn-v3",
        "garage/",
        "[sources.coap]",
        "[[sources.observe]]",
        "[[sources.llrp]]",
        "[[sources.bus]]",
    ],
)
def test_every_source_can_be_built(marker: str, tmp_path: Path) -> None:
    if marker == "ttn-v3" and not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        pytest.skip("the system has no bundle of certificates (apt-get install ca-certificates)")
    if marker == "[[sources.llrp]]":
        pytest.importorskip("llrpkit", reason="llrpkit is not installed; the extra llrp brings it")
    assert len(build_sources(settings(marker, 1883, tmp_path), SHELF, clock)) == 1


def test_the_rfid_command_reaches_the_gateway(mosquitto: Mosquitto, tmp_path: Path) -> None:
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto_pub is not installed (apt-get install mosquitto-clients)")
    (words,) = (words for words in commands("mosquitto_pub") if "rfid/cellar" in words)
    words[words.index("-p") + 1] = str(mosquitto.port)

    async def story() -> None:
        intake = Listening()
        (one,) = build_sources(settings("rfid/lobby", mosquitto.port, tmp_path), SHELF, clock)
        assert isinstance(one, MqttSource)
        task = asyncio.create_task(one.run(intake))
        await until(lambda: one.link.up)
        await asyncio.to_thread(subprocess.run, words, check=True)
        await until(lambda: intake.items)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert ("tag:3476451fd40000000000162e", "rfid-cellar/2") in meant(intake)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("marker", "topic", "device"),
    [("chirpstack-v4", "application/", "0004a30b001c3f5e"), ("garage/", "garage/", "bay-17")],
)
def test_the_mqtt_commands_reach_the_gateway(
    mosquitto: Mosquitto, marker: str, topic: str, device: str, tmp_path: Path
) -> None:
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto_pub is not installed (apt-get install mosquitto-clients)")
    (words,) = (words for words in commands("mosquitto_pub") if any(word.startswith(topic) for word in words))
    words[words.index("-p") + 1] = str(mosquitto.port)

    async def story() -> None:
        intake = Listening()
        (one,) = build_sources(settings(marker, mosquitto.port, tmp_path), SHELF, clock)
        assert isinstance(one, MqttSource)
        task = asyncio.create_task(one.run(intake))
        await until(lambda: one.link.up)
        await asyncio.to_thread(subprocess.run, words, check=True)
        await until(lambda: intake.items)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert meant(intake) == [(device, 1)]

    asyncio.run(story())


def test_the_coap_commands_reach_the_gateway(tmp_path: Path) -> None:
    program = shutil.which("coap-client") or shutil.which("coap-client-notls")
    if program is None:
        pytest.skip("libcoap's coap-client is not installed (apt-get install libcoap3-bin)")

    async def story() -> None:
        intake = Listening()
        (one,) = build_sources(settings("[sources.coap]", 0, tmp_path), SHELF, clock)
        assert isinstance(one, CoapSource)
        task = asyncio.create_task(one.run(intake))
        await until(lambda: one.port)
        for words in commands("coap-client"):
            asked = [word.replace(":5683", f":{one.port}") for word in words[1:]]
            done = await asyncio.to_thread(
                subprocess.run, [program, "-B", "20", *asked], capture_output=True, check=True
            )
            assert b"4." not in done.stdout + done.stderr
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert meant(intake) == [("bay-17", 1), ("bay-17", 0)]

    asyncio.run(story())


def test_the_lines_can_be_replayed(tmp_path: Path) -> None:
    file = tmp_path / "heard.jsonl"
    (text,) = blocks("json")
    file.write_text(text)
    intake = Listening()
    asyncio.run(asyncio.wait_for(ReplaySource(file, clock=clock).run(intake), 20))
    assert all(isinstance(item, Heard) for item in intake.items)
    assert meant(intake) == [("0004a30b001c3f5e", 1), ("0004a30b001c3f5e", 0), ("0004a30b001c3f5f", 1)]
