"""The CoAP server against real clients, and with a pipeline that is busy or cannot keep anything."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import aiocoap
import cbor2
import pytest
from aiocoap.numbers import codes

from chassis import ConfigError
from device_profiles import Format
from edge_agent.sources import Outcome, coap_door
from tests.edge_agent.sources.coap_peers import PACK, TIMED, client, running, send, source
from tests.edge_agent.sources.listening import Listening
from tests.until import until


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
                ("senml/bay-9", PACK[:-1], 111),
                ("senml/bay-9", b"\x9f" + cbor2.dumps({0: "3431/0/1", 4: True}), 113),
            ):
                for code in (codes.POST, codes.PUT):
                    answer = await send(context, one.port, payload, path, code=code, form=form)
                    assert answer.code == codes.CHANGED, answer.payload
        assert [r.device for r in intake.readings][::2] == ["bay-7", "urn:imei:1", "bay-8", "bay-9", "bay-9"]
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
        (PACK, "senml/a", 0, codes.UNSUPPORTED_CONTENT_FORMAT, b"110 to 113, got 0"),
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
