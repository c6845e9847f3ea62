"""OSCORE on loopback: kept under a key, replays and wrong keys refused with a counted reason, kill -9 survived."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiocoap
import pytest
from aiocoap.numbers import codes

from chassis import ConfigError
from edge_agent.sources.oscore import read_nodes
from edge_agent.sources.oscore.context import NodeContext
from tests.brokers import free_port
from tests.edge_agent.sources.coap_peers import Raw, client, datagram, running, send
from tests.edge_agent.sources.listening import Listening
from tests.edge_agent.sources.oscore.nodes import PACK, Node, key_file, node_context, recorded, server

ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """The library's contexts on disk are closed when nobody holds them any more."""
    yield
    gc.collect()


def test_a_protected_request_is_kept_as_its_owner_s(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        async with running(server(tmp_path), intake) as one, client() as context:
            node = Node(context, one.port, node_context(tmp_path / "node", "01"))
            for _ in range(3):
                assert (await node.send()).code == codes.CHANGED
            assert [reading.device for reading in intake.readings] == ["bay-7"] * 3
            assert one.counts()["oscore_opened"] == 3
            assert node.challenged == 0

    asyncio.run(story())


def test_what_is_not_protected_is_refused_where_protection_is_asked_for(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        async with running(server(tmp_path), intake) as one, client() as context:
            answer = await send(context, one.port)
            assert (answer.code, answer.opt.max_age) == (codes.UNAUTHORIZED, 0)
            assert one.counts()["oscore_unprotected"] == 1
        async with running(server(tmp_path, require=False), intake) as one, client() as context:
            assert (await send(context, one.port)).code == codes.CHANGED

    asyncio.run(story())


def test_a_recorded_request_is_refused(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        secure = node_context(tmp_path / "node", "01")
        async with running(server(tmp_path), intake) as one:
            first = recorded(secure, 1)
            with Raw(one.port) as raw:
                raw.send(first)
                assert (await raw.answer()).code == codes.CHANGED  # outer code of every protected answer
                raw.send(first[:2] + b"\x00\x09" + first[4:])  # the same under another message id
                answer = await raw.answer()
                assert (answer.code, answer.payload) == (codes.UNAUTHORIZED, b"Replay detected")
            with Raw(one.port) as other:
                other.send(first)
                assert (await other.answer()).code == codes.UNAUTHORIZED
            assert one.counts()["oscore_replayed"] == 2
        assert len(intake.items) == 1

    asyncio.run(story())


def test_a_recorded_request_is_refused_by_the_next_agent_too(tmp_path: Path) -> None:
    """After a clean end the window is known; after kill -9 it is not, and the device is challenged once."""
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        secure = node_context(tmp_path / "node", "01")
        first = recorded(secure, 1)
        one = server(tmp_path)
        async with running(one, intake):
            with Raw(one.port) as raw:
                raw.send(first)
                await raw.answer()
            killed = {path.name: path.read_bytes() for path in (tmp_path / "state").iterdir()}
        await replay_to(server(tmp_path), first, intake, "oscore_replayed")
        for (
            name,
            octets,
        ) in killed.items():  # what was on disk while the agent lived is all that kill -9 leaves
            (tmp_path / "state" / name).write_bytes(octets)
        again = server(tmp_path)
        await replay_to(again, first, intake, "oscore_challenged")
        for name, octets in killed.items():
            (tmp_path / "state" / name).write_bytes(octets)
        one = server(tmp_path)
        async with running(one, intake), client() as context:
            node = Node(context, one.port, secure)
            assert (await node.send()).code == codes.CHANGED
            assert node.challenged == 1
            assert (await node.send()).code == codes.CHANGED
            assert node.challenged == 1
        assert len(intake.items) == 3

    asyncio.run(story())


async def replay_to(one: Any, first: bytes, intake: Listening, counted: str) -> None:
    heard = len(intake.items)
    async with running(one, intake):
        with Raw(one.port) as raw:
            raw.send(first)
            await raw.answer()
        assert one.counts()[counted] == 1
    assert len(intake.items) == heard


def test_numbers_to_send_with_are_never_used_twice(tmp_path: Path) -> None:
    (node,) = read_nodes(key_file(tmp_path, ("bay-7", "01")))
    seen = set()
    for _ in range(3):
        context = NodeContext(node, tmp_path)
        for _ in range(150):
            number = context.new_sequence_number()  # type: ignore[no-untyped-call]
            assert number not in seen
            seen.add(number)  # and no close: each agent is killed


def test_two_agents_cannot_use_one_state(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        async with running(server(tmp_path), Listening()):
            with pytest.raises(ConfigError, match="stop the other one"):
                await server(tmp_path).run(Listening())
        async with running(server(tmp_path), Listening()):
            pass

    asyncio.run(story())


def test_an_agent_killed_by_the_kernel_takes_no_recorded_request_afterwards(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))
    secure = node_context(tmp_path / "node", "01")
    first = recorded(secure, 1)

    async def hear_and_die(port: int) -> None:
        words = [
            sys.executable,
            "-m",
            "tests.edge_agent.sources.oscore.killed_server",
            str(tmp_path),
            str(port),
        ]
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
        with Raw(port) as raw:
            raw.send(first)
            assert (await raw.answer()).code == codes.CHANGED
        process.kill()
        await process.communicate()

    async def story() -> None:
        await hear_and_die(free_port())
        intake = Listening()
        async with running(server(tmp_path), intake) as one, client() as context:
            with Raw(one.port) as raw:
                raw.send(first)
                await raw.answer()
            assert one.counts()["oscore_challenged"] == 1
            assert not intake.items
            assert (await Node(context, one.port, secure).send()).code == codes.CHANGED

    asyncio.run(story())


@pytest.mark.parametrize(
    ("id", "secret", "counted"),
    [("02", "000102030405060708090a0b0c0d0e0f", "oscore_unknown_key"), ("01", "ff" * 16, "oscore_wrong_key")],
)
def test_a_wrong_key_is_refused(id: str, secret: str, counted: str, tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        async with running(server(tmp_path), intake) as one, client() as context:
            answer = await Node(context, one.port, node_context(tmp_path / "node", id, secret)).send()
            assert answer.code in (codes.UNAUTHORIZED, codes.BAD_REQUEST)
            assert one.counts()[counted] == 1
        assert not intake.items

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("senml/bay-8", PACK),
        ("dp?ep=bay-8", PACK),
        ("senml", b'[{"bn":"bay-8/","n":"3431/0/1","vb":true}]'),
        ("senml/bay-7", b'[{"n":"3431/0/1","vb":true},{"n":"bay-8/3431/0/1","vb":false}]'),
    ],
)
def test_nobody_speaks_for_another_device(path: str, payload: bytes, tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        intake = Listening()
        async with running(server(tmp_path), intake) as one, client() as context:
            node = Node(context, one.port, node_context(tmp_path / "node", "01"))
            answer = await node.send(payload, path)
            assert answer.code == codes.BAD_REQUEST
            assert b"whose key it is" in answer.payload
        assert not intake.heard

    asyncio.run(story())


def test_a_registration_under_a_key_is_its_owner_s(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"), ("bay-8", "02"))

    async def story() -> None:
        async with (
            running(server(tmp_path, lwm2m=True, require=False), Listening()) as one,
            client() as context,
        ):
            owner = Node(context, one.port, node_context(tmp_path / "node", "01"))
            other = Node(context, one.port, node_context(tmp_path / "other", "02"))
            answer = await owner.send(b"</3431/0>", "rd?ep=bay-8&lt=60", 40)
            assert (answer.code, b"whose key it is" in answer.payload) == (codes.BAD_REQUEST, True)
            answer = await owner.send(b"</3431/0>", "rd?ep=bay-7&lt=60", 40)
            assert answer.code == codes.CREATED
            place = "/".join(answer.opt.location_path)
            assert (await other.send(b"", place)).code == codes.NOT_FOUND
            assert (await other.send(b"", place, code=codes.DELETE)).code == codes.NOT_FOUND
            plain = await send(context, one.port, b"", place, code=codes.DELETE, form=None)
            assert plain.code == codes.NOT_FOUND
            assert (await owner.send(b"", place)).code == codes.CHANGED
            assert (await owner.send(b"", place, code=codes.DELETE)).code == codes.DELETED

    asyncio.run(story())


def test_nonsense_in_the_option_is_refused(tmp_path: Path) -> None:
    key_file(tmp_path, ("bay-7", "01"))

    async def story() -> None:
        async with running(server(tmp_path), Listening()) as one:
            with Raw(one.port) as raw:
                message = aiocoap.Message.decode(datagram(b"x" * 20))
                message.opt.oscore = b"\xff\xff"
                message.mtype, message.mid, message.token = aiocoap.CON, 5, b"t"
                message.direction = aiocoap.message.Direction.OUTGOING
                raw.send(message.encode())
                assert (await raw.answer()).code in (codes.BAD_OPTION, codes.BAD_REQUEST, codes.UNAUTHORIZED)
        assert sum(count for name, count in one.counts().items() if name.startswith("oscore_")) == 1

    asyncio.run(story())
