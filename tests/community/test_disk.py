"""The gateway's disk fills, its outbox is damaged, its quota runs out: nothing acknowledged is lost unsaid."""

import base64
import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.estate import Said, Utterance
from demo.stage import Changes, Way, ask
from demo.watch import Held, tally
from tests.community.foreign import publish
from tests.community.world import World, community, holes, play, until

DISK_MB = 8
LEAST_MB = 10


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_disk_that_fills_and_is_freed_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        with small_disk(tmp_path / "disk") as disk:
            changes = Changes(agent={"outbox": {"path": "disk/outbox.db"}})
            async with community(tmp_path, changes=changes) as world:
                await world.acknowledged(60)
                fill(disk / "ballast")
                await until(lambda: health(world) == 503, "the gateway says that nothing can be kept")
                promised = world.ledger.promised()
                said = len(world.ledger)
                await until(lambda: len(world.ledger) > said + 60, "the sensors go on")
                assert sum(by_coap(world)) == sum(identity in promised for identity in coap_spoken(world))
                (disk / "ballast").unlink()
                await until(lambda: health(world) == 200, "the gateway keeps readings again")
                await world.acknowledged(60)
                await world.check_exact()

    play(scenario())


def test_a_damaged_outbox_is_set_aside_and_what_it_held_is_sent(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.acknowledged(60)
            await world.uplink.be(Way.REFUSE)
            await world.waiting(150)
            await world.stage.do(world.stage.agent.stop)
            damage(tmp_path / "outbox.db")
            await world.stage.start_agent()
            assert damaged_files(tmp_path)
            assert "set aside" in world.stage.agent.last_words()
            await world.uplink.be(Way.PASS)
            await world.acknowledged(60)
            await check_nothing_lost_unsaid(world)

    play(scenario())


def test_an_outbox_beyond_repair_costs_nothing_that_was_sent(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with community(tmp_path) as world:
            await world.acknowledged(60)
            await world.out_of_reach()
            await world.stage.do(world.stage.agent.stop)
            (tmp_path / "outbox.db").write_bytes(b"no database " * 500)
            await world.stage.start_agent()
            assert damaged_files(tmp_path)
            world.in_reach()
            await world.acknowledged(60)
            await world.check_exact()

    play(scenario())


def test_a_full_quota_gives_up_the_oldest_rows_of_the_lowest_class_and_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        changes = Changes(agent={"outbox": {"most_mb": LEAST_MB}})
        async with community(tmp_path, changes=changes) as world:
            await world.acknowledged(60)
            await world.uplink.be(Way.REFUSE)
            chance = random.Random(1)
            while not lost(world):
                await publish(world.stage.ports.devices_mqtt, "senml/a-talkative-device", long_texts(chance))
            await world.uplink.be(Way.PASS)
            held = await check_nothing_lost_unsaid(world)
            assert held.given_up > 0
            found = tally(world.ledger.promised(), held.readings)
            assert found.lost == 0, "states were given up while telemetry was left"

    play(scenario())


def long_texts(chance: random.Random) -> bytes:
    """A pack of telemetry that no compression makes small."""
    texts = [base64.b64encode(chance.randbytes(12_000)).decode() for _ in range(4)]
    return json.dumps(
        [{"bt": time.time(), "n": "device.firmware", "vs": text, "t": n} for n, text in enumerate(texts)]
    ).encode()


async def check_nothing_lost_unsaid(world: World) -> Held:
    """Whatever acknowledged reading is missing is among the rows that the gateway told the cloud it gave up."""
    held = await world.drained()
    found = tally(world.ledger.promised(), held.readings)
    assert found.repeated == ()
    assert held.repeated_rows == 0
    assert found.lost <= held.given_up, world.told(found, held)
    assert await holes(world.stage.postgres.url) == []
    return held


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until there is no space."""
    with path.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"\0" * 4096)
        except OSError:
            return


def damage(path: Path) -> None:
    """Overwrite the middle of the file, as a dying card does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        for at in range(4096, size, 3 * 4096):
            file.seek(at)
            file.write(b"\xa5" * 2048)


def damaged_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("outbox.db.damaged-*") if not path.name.endswith(("-wal", "-shm"))]


def health(world: World) -> int:
    return ask(world.stage.ports.gateway_http, "/healthz")[0]


def lost(world: World) -> int:
    totals = world.stage.account().get("totals", {})
    return sum(count for name, count in totals.items() if name.startswith("lost"))


def speaks_coap(said: Said) -> bool:
    return isinstance(said, Utterance) and said.sensor.kind.speaks_coap


def coap_spoken(world: World) -> list[tuple[str, int]]:
    return [s.utterance.identity for s in world.ledger if speaks_coap(s.utterance)]


def by_coap(world: World) -> list[bool]:
    """Of each reading sent over CoAP, whether it is acknowledged."""
    return [s.acknowledged_s is not None for s in world.ledger if speaks_coap(s.utterance)]
