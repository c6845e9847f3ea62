"""The CoAP server against real clients, raw datagrams, and a pipeline that is busy or cannot keep anything."""

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiocoap
import cbor2
import pytest
from aiocoap.numbers import codes
from aiocoap.numbers.types import ACK, CON, NON, Type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis import ConfigError
from device_profiles import Format
from edge_agent.sources import CoapSettings, Outcome, coap_door
from edge_agent.sources.coap import CoapSource, Gate
from tests.brokers import free_port
from tests.edge_agent.sources.listening import Kept, Listening, clock, shelf
from tests.until import until

PACK = b'[{"n":"3431/0/1","vb":true}]'
TIMED = b'[{"bn":"bay-7/","bt":1.76e9,"n":"3431/0/1","vb":true}]'


def source(**more: object) -> CoapSource:
    wanted = {"host": "127.0.0.1", "port": 0, "profile": "p", **more}
    return CoapSource(CoapSettings(**wanted), shelf("p"), clock)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def running(one: CoapSource, intake: Any) -> AsyncIterator[CoapSource]:
    task = asyncio.create_task(one.run(intake))
    try:
        await until(lambda: one.port or task.done())
        yield one
        assert not task.done() or task.result() is None
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def client() -> AsyncIterator[Any]:
    context = await aiocoap.Context.create_client_context(transports=["udp6"])
    try:
        yield context
    finally:
        await context.shutdown()


async def send(
    context: Any,
    port: int,
    payload: bytes = PACK,
    path: str = "senml/bay-7",
    *,
    code: Any = codes.POST,
    form: int | None = 110,
    **more: Any,
) -> Any:
    request = aiocoap.Message(code=code, uri=f"coap://127.0.0.1:{port}/{path}", payload=payload, **more)
    if form is not None:
        request.opt.content_format = form
    async with asyncio.timeout(20):
        return await context.request(request).response


def datagram(
    payload: bytes, *, kind: int = CON, mid: int = 7, token: bytes = b"t", path: str = "senml/a"
) -> bytes:
    message = aiocoap.Message(code=codes.POST, payload=payload, content_format=110, uri_path=path.split("/"))
    message.mtype, message.mid, message.token = Type(kind), mid, token
    return bytes(message.encode())


class Raw:
    """A device that sends bytes as it likes."""

    def __init__(self, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, payload: bytes) -> None:
        self.sock.send(payload)

    async def answer(self) -> Any:
        async with asyncio.timeout(20):
            return aiocoap.Message.decode(await asyncio.get_running_loop().sock_recv(self.sock, 4096))

    def silent(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.sock.recv(4096)
            return False
        return True


def test_senml_is_kept_before_it_is_answered() -> None:
    async def story() -> None:
        intake = Listening(lambda _: None)
        async with running(source(), intake) as one, client() as context:
            asking = asyncio.create_task(send(context, one.port))
            await until(lambda: intake.items)
            assert not asking.done()
            intake.items[0].settle(Outcome.STORED)
            assert (await asking).code == codes.CHANGED
        (heard,) = intake.heard
        assert (heard.reading.device, heard.reading.payload, heard.profile) == ("bay-7", PACK, "p")
        assert heard.reading.format is Format.SENML_JSON
        assert one.counts() == {"requests": 1, "stored": 1}

    asyncio.run(story())


def test_all_ways_to_say_who_speaks() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(), intake) as one, client() as context:
            for path, payload, form in (
                ("senml", TIMED, 110),
                ("dp?ep=urn:imei:1", b'[{"bn":"/3431/0/","n":"1","vb":true}]', 110),
                ("senml/bay-8", cbor2.dumps([{0: "3431/0/1", 4: True}]), 112),
            ):
                for code in (codes.POST, codes.PUT):
                    answer = await send(context, one.port, payload, path, code=code, form=form)
                    assert answer.code == codes.CHANGED, answer.payload
        assert [r.device for r in intake.readings][::2] == ["bay-7", "urn:imei:1", "bay-8"]
        assert intake.readings[4].format is Format.SENML_CBOR

    asyncio.run(story())


@pytest.mark.parametrize(
    ("payload", "path", "form", "code", "says"),
    [
        (PACK, "senml", 110, codes.BAD_REQUEST, b"expected who speaks"),
        (b"nonsense", "senml/a", 110, codes.BAD_REQUEST, b"expected a SenML pack as JSON"),
        (b"\xff", "senml/a", 112, codes.BAD_REQUEST, b"expected a SenML pack as CBOR"),
        (b'[{"v":1}]', "senml/a", 110, codes.BAD_REQUEST, b"SenML record 1"),
        (PACK, "senml/%07", 110, codes.BAD_REQUEST, b"device id"),
        (PACK, "senml/a", 0, codes.UNSUPPORTED_CONTENT_FORMAT, b"110 or 112, got 0"),
        (PACK, "senml/a", None, codes.UNSUPPORTED_CONTENT_FORMAT, b"got none"),
        (PACK, "senml/a", 65000, codes.UNSUPPORTED_CONTENT_FORMAT, b"got 65000"),
        (PACK, "senml/a/b", 110, codes.NOT_FOUND, b"expected /senml"),
        (PACK, "dp/a", 110, codes.NOT_FOUND, b"expected /senml"),
        (PACK, "", 110, codes.NOT_FOUND, b"expected /senml"),
    ],
)
def test_what_cannot_be_taken_is_answered_with_the_reason(
    payload: bytes, path: str, form: int | None, code: Any, says: bytes
) -> None:
    async def story() -> None:
        intake = Listening(lambda _: Outcome.QUARANTINED)
        async with running(source(), intake) as one, client() as context:
            answer = await send(context, one.port, payload, path, form=form)
            assert answer.code == code
            assert says in answer.payload
        kept = [item.payload for item in intake.refused]
        assert kept == ([payload] if code == codes.BAD_REQUEST else [])

    asyncio.run(story())


def test_only_post_and_put_and_only_get() -> None:
    async def story() -> None:
        async with running(source(), Listening()) as one, client() as context:
            assert (
                await send(context, one.port, b"", code=codes.GET, form=None)
            ).code == codes.METHOD_NOT_ALLOWED
            assert (await send(context, one.port, code=codes.DELETE)).code == codes.METHOD_NOT_ALLOWED
            core = ".well-known/core"
            assert (await send(context, one.port, path=core)).code == codes.METHOD_NOT_ALLOWED
            links = await send(context, one.port, b"", core, code=codes.GET, form=None)
            assert links.opt.content_format == 40
            assert b"</senml>" in links.payload
            assert b"</dp>" in links.payload

    asyncio.run(story())


def test_a_long_pack_comes_in_blocks_and_a_longer_one_is_refused_early() -> None:
    def pack(records: int) -> bytes:
        return b"[" + b",".join(b'{"n":"3303/0/5700","v":%d}' % n for n in range(records)) + b"]"

    async def story() -> None:
        intake = Listening()
        async with running(source(most_bytes=8000), intake) as one, client() as context:
            assert (await send(context, one.port, pack(250))).code == codes.CHANGED
            assert intake.readings[0].payload == pack(250)
            late = await send(context, one.port, pack(400))
            assert late.code == codes.REQUEST_ENTITY_TOO_LARGE
            assert late.opt.size1 == 8000
        assert len(intake.items) == 1
        assert one.counts()["too_large"] == 1

    asyncio.run(story())


def test_a_body_that_hides_its_size_is_refused_too() -> None:
    async def story() -> None:
        intake = Listening()
        with contextlib.ExitStack() as stack:
            async with running(source(most_bytes=100), intake) as one:
                raw = stack.enter_context(Raw(one.port))
                for number in range(9):
                    message = aiocoap.Message(
                        code=codes.POST, payload=b"x" * 16, content_format=110, uri_path=("senml", "a")
                    )
                    message.opt.block1 = (number, True, 0)
                    message.mtype, message.mid, message.token = CON, number, b"t"
                    raw.send(message.encode())
                    answer = await raw.answer()
                    if answer.code != codes.CONTINUE:
                        break
                assert (number, answer.code) == (6, codes.REQUEST_ENTITY_TOO_LARGE)
        assert not intake.items

    asyncio.run(story())


@pytest.mark.parametrize("why", ["full", "failed", "late"])
def test_what_cannot_be_kept_now_is_to_come_again(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        intake = Listening(lambda _: {"failed": Outcome.FAILED, "late": None}.get(why, Outcome.STORED))
        intake.full = why == "full"
        monkeypatch.setattr(coap_door, "_SETTLED_WITHIN_S", 0.2)
        async with running(source(), intake) as one, client() as context:
            answer = await send(context, one.port)
            assert answer.code == codes.SERVICE_UNAVAILABLE
            assert answer.opt.max_age == 30
            if why == "late":
                intake.items[0].settle(Outcome.STORED)  # nobody waits any more; nothing breaks
                intake.settle_as = lambda _: Outcome.STORED
                assert (await send(context, one.port)).code == codes.CHANGED

    asyncio.run(story())


def test_what_only_the_quarantine_understood_is_kept_and_acknowledged() -> None:
    async def story() -> None:
        intake = Listening(lambda _: Outcome.QUARANTINED)
        async with running(source(), intake) as one, client() as context:
            assert (await send(context, one.port)).code == codes.CHANGED

    asyncio.run(story())


def test_a_repeated_datagram_is_counted_once_and_gets_the_same_answer() -> None:
    async def story() -> None:
        kept = Kept()
        async with running(source(), kept) as one:
            with Raw(one.port) as raw:
                answers = []
                for _ in range(3):
                    raw.send(datagram(PACK))
                    answers.append(await raw.answer())
                raw.send(datagram(PACK, mid=8))  # a new request that is equal to the one before
                answers.append(await raw.answer())
        assert [(a.mtype, a.mid, a.code) for a in answers] == [
            *[(ACK, 7, codes.CHANGED)] * 3,
            (ACK, 8, codes.CHANGED),
        ]
        assert kept.rows == [PACK, PACK]

    asyncio.run(story())


def test_a_datagram_repeated_to_a_new_agent_is_counted_once() -> None:
    """The agent dies between commit and answer; the device repeats, as CoAP asks it to, to the same port."""

    async def story() -> None:
        kept = Kept()
        kept.hold = True
        async with running(source(), kept) as one:
            raw = Raw(one.port)
            raw.send(datagram(PACK))
            raw.send(datagram(TIMED, mid=8, path="senml"))
            await until(lambda: len(kept.open) == 2)
        kept.hold = False
        with raw:
            await restart_and_repeat(raw, kept)
        assert kept.rows == [PACK, TIMED]

    async def restart_and_repeat(raw: Raw, kept: Kept) -> None:
        one = source()
        async with running(one, kept):
            raw.sock.connect(("127.0.0.1", one.port))
            raw.send(datagram(PACK))
            raw.send(
                datagram(TIMED, mid=99, path="senml")
            )  # its times make it itself, whatever the message id
            for _ in range(2):
                assert (await raw.answer()).code == codes.CHANGED
            assert one.counts() == {"requests": 2, "repeated": 2}

    asyncio.run(story())


def test_after_the_lifetime_of_an_exchange_a_message_id_may_be_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coap_door, "_EXCHANGE_LIFETIME_S", -1.0)

    async def story() -> None:
        kept = Kept()
        raw = Raw(free_port())
        for _ in range(2):
            async with running(source(), kept) as one:
                raw.sock.connect(("127.0.0.1", one.port))
                raw.send(datagram(PACK))
                assert (await raw.answer()).code == codes.CHANGED
        raw.sock.close()
        assert kept.rows == [PACK, PACK]

    asyncio.run(story())


def test_a_request_that_wants_no_acknowledgement_is_kept() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(), intake) as one:
            with Raw(one.port) as raw:
                raw.send(datagram(PACK, kind=NON))
                assert (await raw.answer()).code == codes.CHANGED
                message = aiocoap.Message(
                    code=codes.POST, payload=PACK, content_format=110, uri_path=("senml", "a"), no_response=26
                )
                message.mtype, message.mid, message.token = NON, 9, b"u"
                raw.send(message.encode())
                await until(lambda: len(intake.items) == 2)
                await until(lambda: one.counts()["stored"] == 2)
                assert raw.silent()

    asyncio.run(story())


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=80), st.integers(1, 60).map(lambda at: datagram(PACK)[:at])))
def test_any_datagram_may_come(nonsense: bytes) -> None:
    """What the gate lets through, the library can read."""
    gate = Gate(10**9)
    if gate._fit(nonsense, 0, "127.0.0.1"):
        assert aiocoap.Message.decode(nonsense).token is not None


def test_nonsense_datagrams_are_counted_and_harm_nobody(caplog: pytest.LogCaptureFixture) -> None:
    good = datagram(PACK)
    bad_text = aiocoap.Message(code=codes.POST, payload=PACK, content_format=110)
    bad_text.mtype, bad_text.mid, bad_text.token = CON, 3, b""
    option = bytes(bad_text.encode())
    nonsense = [
        b"",
        b"\x40",
        b"\x4f\x02\x00\x01",
        good[:-20] + b"\xff",
        b"\x40\x02\x00\x01\xbb\xff",
        b"\x40\x02\x00\x02\xb3\xff\xfe\xfd",
        os.urandom(40),
        option[:4] + b"\xb2\xc3\x28" + option[4:],
    ]

    async def story() -> None:
        intake = Listening()
        async with running(source(), intake) as one:
            with Raw(one.port) as raw:
                for wrong in nonsense:
                    raw.send(wrong)
                raw.send(b"\x40\x02\x12\x34" + b"\xff" + b"x" * 6000)
                raw.send(datagram(PACK, mid=700))
                answer = await raw.answer()
                while answer.mid != 700:
                    answer = await raw.answer()
                assert answer.code == codes.CHANGED
            assert one.counts()["dropped_malformed"] >= 4
            assert one.counts()["dropped_oversized"] == 1
        assert [reading.payload for reading in intake.readings] == [PACK]

    with caplog.at_level(logging.INFO):
        asyncio.run(story())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_peer_that_speaks_too_often_is_told_and_then_ignored() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(most_each=6), intake) as one, client() as context:
            answers = [await send(context, one.port) for _ in range(12)]
            assert [answer.code for answer in answers[:10]] == [codes.CHANGED] * 10
            assert answers[10].code == codes.TOO_MANY_REQUESTS
            assert answers[10].opt.max_age == 11
            with Raw(one.port) as raw:
                for mid in range(200):
                    raw.send(datagram(PACK, mid=mid))
                await until(lambda: one.counts().get("dropped_flood", 0) > 50)
        assert one.counts()["limited"] >= 2

    asyncio.run(story())


def test_a_taken_port_names_the_table() -> None:
    async def story() -> None:
        async with running(source(), Listening()) as one:
            with pytest.raises(ConfigError, match=r"\[sources.coap\]"):
                await source(port=one.port).run(Listening())
            with pytest.raises(ConfigError, match=r"\[sources.coap\]"):
                await source(host="192.0.2.1").run(Listening())

    asyncio.run(story())


def test_a_fault_of_ours_ends_the_source() -> None:
    class Broken:
        def offer(self, _: object, /) -> bool:
            raise ZeroDivisionError

        async def put(self, _: object, /) -> None:
            raise ZeroDivisionError

    async def story() -> None:
        one = source()
        task = asyncio.create_task(one.run(Broken()))
        await until(lambda: one.port)
        async with client() as context:
            await send(context, one.port)
            with pytest.raises(ZeroDivisionError):
                await asyncio.wait_for(task, 10)

    asyncio.run(story())


def test_ipv6_is_served_too() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(host="::"), intake) as one, client() as context:
            for host in ("[::1]", "127.0.0.1"):
                request = aiocoap.Message(
                    code=codes.POST,
                    uri=f"coap://{host}:{one.port}/senml/a",
                    payload=PACK,
                    content_format=110,
                )
                assert (await context.request(request).response).code == codes.CHANGED

    asyncio.run(story())


@pytest.mark.parametrize("wrong", [{"most_bytes": 0}, {"most_each": 0}, {"port": 65536}, {"port": -1}])
def test_limits_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"\[sources.coap\]"):
        source(**wrong)


@pytest.mark.parametrize("size", ["16", "1024"])
def test_a_foreign_client_is_heard(size: str, tmp_path: Path) -> None:
    names = ("coap-client", "coap-client-notls", "coap-client-openssl")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("libcoap's coap-client is not installed (apt-get install libcoap3-bin)")
    pack = tmp_path / "pack.json"
    pack.write_bytes(b"[" + b",".join(b'{"n":"3303/0/5700","v":%d}' % n for n in range(30)) + b"]")

    async def story() -> None:
        intake = Listening()
        async with running(source(most_each=1200), intake) as one:
            words = [program, "-B", "20", "-b", size, "-t", "110", "-f", str(pack), "-m", "post"]
            asked = await asyncio.to_thread(
                subprocess.run,
                [*words, f"coap://127.0.0.1:{one.port}/senml/bay-7"],
                capture_output=True,
                check=True,
            )
            assert b"4." not in asked.stdout + asked.stderr
            read = await asyncio.to_thread(
                subprocess.run,
                [program, "-B", "20", "-b", size, f"coap://127.0.0.1:{one.port}/.well-known/core"],
                capture_output=True,
                check=True,
            )
            assert b"</senml>" in read.stdout
        assert [reading.payload for reading in intake.readings] == [pack.read_bytes()]

    asyncio.run(story())
