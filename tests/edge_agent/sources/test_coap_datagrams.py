"""The CoAP server and datagrams: repeated, lost with the agent, cut off, nonsense, too many."""

import asyncio
import contextlib
import logging
import os
import tracemalloc
from collections import Counter
from types import SimpleNamespace
from typing import Any

import aiocoap
import pytest
from aiocoap.numbers import codes
from aiocoap.numbers.types import ACK, CON, NON, RST
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.sources import CoapSettings, coap_door
from edge_agent.sources.allowance import Allowance, Budget
from edge_agent.sources.coap import CoapSource, Gate
from edge_agent.sources.settings import Lwm2mSettings
from tests.brokers import free_port
from tests.edge_agent.sources.coap_peers import (
    PACK,
    TIMED,
    Raw,
    client,
    datagram,
    registration,
    running,
    send,
    source,
)
from tests.edge_agent.sources.listening import Kept, Listening, clock, shelf
from tests.until import until


def test_a_body_that_hides_its_size_is_refused_too() -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(most_bytes=100), intake) as one:
            with Raw(one.port) as raw:
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
    gate.budget = Budget(Allowance(1e9, 1e9), Allowance(1e9, 1e9))
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
                raw.send(datagram(PACK, mid=700))
                answer = await raw.answer()
                while answer.mid != 700:
                    answer = await raw.answer()
                assert answer.code == codes.CHANGED
            assert one.counts()["dropped_malformed"] >= 4
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


def test_a_datagram_longer_than_a_network_carries_gets_its_answer() -> None:
    """Loopback and jumbo frames carry up to 65,507 bytes; nobody may wait in vain for an answer to them."""

    async def story() -> None:
        intake = Listening()
        async with running(source(most_bytes=8000), intake) as one:
            with Raw(one.port) as raw:
                for mid, size, code in ((1, 5000, codes.CHANGED), (2, 9000, codes.REQUEST_ENTITY_TOO_LARGE)):
                    pack = b"[" + b",".join([PACK[1:-1]] * (size // len(PACK))) + b"]"
                    raw.send(datagram(pack, mid=mid))
                    answer = await raw.answer()
                    assert (answer.mid, answer.code) == (mid, code)
                raw.send(datagram(b"x" * 65_000, mid=3))
                assert (await raw.answer()).code == codes.REQUEST_ENTITY_TOO_LARGE
        assert len(intake.items) == 1

    asyncio.run(story())


def test_invented_addresses_share_one_bound_and_do_not_starve_those_that_are_known() -> None:
    gate = Gate(120)
    good = datagram(PACK)
    gate.budget.welcome("192.0.2.1")
    passed = sum(gate._fit(good, 0, f"2001:db8::{number:x}") for number in range(5000))
    assert 500 <= passed < 1000
    assert gate.counts["dropped_flood"] == 5000 - passed
    assert gate._fit(good, 0, "192.0.2.1")


def test_what_is_remembered_of_a_flood_of_invented_addresses_is_bounded() -> None:
    gate = Gate(120)
    good = datagram(PACK)
    tracemalloc.start()
    try:
        for number in range(20_000):
            gate._fit(good, 0, f"2001:db8::{number:x}")
        first = tracemalloc.get_traced_memory()[0]
        for number in range(20_000, 60_000):
            gate._fit(good, 0, f"2001:db8::{number:x}")
        assert tracemalloc.get_traced_memory()[0] < first * 1.5
    finally:
        tracemalloc.stop()


def test_a_notification_that_nobody_asked_for_is_rejected() -> None:
    """A device that still notifies an agent that has forgotten it must learn so, or it sends for nothing."""
    message = aiocoap.Message(code=codes.CONTENT, payload=b"1", content_format=0, observe=7)

    async def story() -> None:
        intake = Listening()
        async with running(source(), intake) as one:
            with Raw(one.port) as raw:
                for kind in (NON, CON):
                    message.mtype, message.mid, message.token = kind, 77, b"gone"
                    raw.send(message.encode())
                    answer = await raw.answer()
                    assert (answer.mtype, answer.mid, answer.code) == (RST, 77, codes.EMPTY)
            assert one.counts()["unwanted"] == 1
        assert not intake.items

    asyncio.run(story())


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
def test_a_device_of_which_a_reading_was_kept_has_its_own_share(host: str) -> None:
    async def story() -> None:
        intake = Listening()
        async with running(source(host=host), intake) as one:
            with Raw(one.port) as known, Raw(one.port, "127.0.0.2") as stranger:
                known.send(datagram(PACK, mid=1))
                assert (await known.answer()).code == codes.CHANGED
                one._gate.budget._strangers = Allowance(1e-9, 0.0)  # somebody has used it up
                stranger.send(datagram(PACK, mid=2))
                known.send(datagram(PACK, mid=3))
                assert (await known.answer()).mid == 3
                assert one.counts()["dropped_flood"] == 1
                assert stranger.silent()

    asyncio.run(story())


def test_a_peer_that_has_gone_costs_no_other_its_answer() -> None:
    """The kernel tells of the one at the next send, which goes to the other."""

    async def story() -> None:
        kept = Kept()
        kept.hold = True
        async with running(source(most_each=12_000), kept) as one:
            with Raw(one.port) as calm:
                for mid in range(30):
                    with Raw(one.port, "127.0.0.2") as gone:
                        gone.send(datagram(PACK, mid=mid))
                        await until(lambda: len(kept.open) == 1)
                    calm.send(datagram(PACK, mid=mid))
                    await until(lambda: len(kept.open) == 2)
                    for item, outcome in kept.open:
                        item.settle(outcome)
                    kept.open.clear()
                    assert (await calm.answer()).mid == mid

    asyncio.run(story())


def test_a_flood_of_registrations_is_told_to_wait_and_a_known_device_is_still_heard() -> None:
    """Real datagrams from two addresses of the loopback network; the flood's does not cost the other its turn."""

    async def story() -> None:
        intake = Listening()
        one = CoapSource(
            CoapSettings(host="127.0.0.1", port=0, most_each=30, lwm2m=Lwm2mSettings(profile="p", most=100)),
            shelf("p"),
            clock,
        )
        async with running(one, intake), client() as context:
            assert (await send(context, one.port)).code == codes.CHANGED
            with Raw(one.port, "127.0.0.2") as flood:
                told: Counter[Any] = Counter()
                for mid in range(1200):
                    flood.send(registration(mid))
                    with contextlib.suppress(BlockingIOError):
                        while True:
                            told[aiocoap.Message.decode(flood.sock.recv(4096)).code] += 1
                    await asyncio.sleep(0)
                assert (await send(context, one.port)).code == codes.CHANGED
                await until(lambda: one.counts().get("dropped_flood", 0) > 0)
                assert 0 < one.counts()["lwm2m_devices"] <= 100
                assert told[codes.TOO_MANY_REQUESTS] > 0
                assert told[codes.CREATED] <= 15

    asyncio.run(story())


@pytest.mark.parametrize(
    ("hostinfo", "peer"),
    [
        ("192.0.2.7:40000", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::a]:40000", "2001:db8::a"),
        ("[2001:db8::b]", "2001:db8::b"),
        ("[fe80::1%eth0]:7", "fe80::1"),
        ("[::ffff:192.0.2.7]:7", "192.0.2.7"),
    ],
)
def test_a_peer_is_its_address(hostinfo: str, peer: str) -> None:
    request = aiocoap.Message(code=codes.POST)
    request.remote = SimpleNamespace(hostinfo=hostinfo)
    assert coap_door._peer(request) == peer
