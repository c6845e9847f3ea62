"""A simulated NB-IoT sensor asks until it hears 2.04, says one thing at a time, and believes nothing else."""

import asyncio
from collections.abc import Callable
from typing import cast

import aiocoap
from aiocoap.numbers.codes import Code

from demo.estate import Kind, Ledger, Moment, NbiotSensors, Utterance, build_garage, coap
from tests.until import until

(SENSOR, *_) = build_garage(2, 1, (Kind.NBIOT_CBOR,)).sensors
Reply = Callable[[aiocoap.Message, int], list[bytes]]


class Gateway(asyncio.DatagramProtocol):
    """A gateway that answers each datagram as a test wants it to: the request and how many came before it."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.heard: list[aiocoap.Message] = []
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = aiocoap.Message.decode(data)
        assert self._transport is not None
        if request.code is Code.POST:
            for answer in self._reply(request, len(self.heard)):
                self._transport.sendto(answer, addr)
        self.heard.append(request)


def perform(reply: Reply, say: int) -> tuple[Ledger, list[aiocoap.Message], int]:
    async def scenario() -> tuple[Ledger, list[aiocoap.Message], int]:
        loop = asyncio.get_running_loop()
        transport, gateway = await loop.create_datagram_endpoint(
            lambda: Gateway(reply), local_addr=("127.0.0.1", 0)
        )
        ledger = Ledger()
        sensors = NbiotSensors("127.0.0.1", transport.get_extra_info("sockname")[1], ledger)
        running = asyncio.create_task(sensors.run())
        await until(lambda: sensors.open)
        moment = Moment(at_s=0.0, sensor=SENSOR, occupied=True, changed=True)
        for number in range(say):
            said = Utterance(moment=moment, number=number, at_ms=1_790_000_000_000 + number)
            ledger.said(said)
            sensors.send(said)
        async with asyncio.timeout(20):
            await ledger.all_answered()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        transport.close()
        return ledger, gateway.heard, sensors.refused

    return asyncio.run(scenario())


def answer(
    request: aiocoap.Message, code: int = coap.CHANGED, kind: int = 2, mid: int | None = None
) -> bytes:
    theirs = aiocoap.Message(
        code=code,
        _mtype=kind,
        _mid=request.mid if mid is None else mid,
        _token=request.token,
    )
    encoded: bytes = theirs.encode()
    return encoded


def test_each_thing_is_said_once_if_it_is_acknowledged_at_once() -> None:
    _, heard, refused = perform(lambda request, _: [answer(request)], say=3)
    assert len({request.payload for request in heard}) == len(heard) == 3
    assert len({request.mid for request in heard}) == 3
    assert refused == 0


def test_what_is_not_answered_is_said_again_as_the_same_message() -> None:
    _, heard, _ = perform(lambda request, before: [answer(request)] if before else [], say=1)
    assert len(heard) == 2
    assert (heard[0].mid, heard[0].token, heard[0].payload) == (
        heard[1].mid,
        heard[1].token,
        heard[1].payload,
    )


def test_what_is_refused_is_said_again_as_another_message() -> None:
    def reply(request: aiocoap.Message, before: int) -> list[bytes]:
        return [answer(request, 0x44 if before else 0xA3)]  # 5.03 at first

    ledger, heard, refused = perform(reply, say=1)
    assert (refused, ledger.acknowledged) == (1, 1)
    assert heard[0].mid != heard[1].mid
    assert heard[0].payload == heard[1].payload


def test_a_separate_answer_is_acknowledged_in_turn() -> None:
    def reply(request: aiocoap.Message, before: int) -> list[bytes]:
        return [coap.acknowledge(request.mid), answer(request, kind=0, mid=4711)]

    _, heard, _ = perform(reply, say=1)
    assert [message.mid for message in heard if message.code is Code.EMPTY] == [4711]


def test_answers_to_others_and_nonsense_acknowledge_nothing() -> None:
    def reply(request: aiocoap.Message, before: int) -> list[bytes]:
        if before:
            return [answer(request)]
        stranger = aiocoap.Message(code=coap.CHANGED, _mtype=2, _mid=request.mid, _token=b"nobody")
        return [b"", b"nonsense", stranger.encode()]

    ledger, heard, _ = perform(reply, say=1)
    assert len(heard) == 2
    assert ledger.acknowledged == 1
