"""The ledger knows of every utterance whether it was acknowledged, however often the answer comes."""

import asyncio

import pytest

from demo.estate import Ledger, Moment, Utterance, build_garage
from demo.estate.radio import Radio

SENSORS = build_garage(10, 1).sensors


def utterance(number: int, at_ms: int | None = None, sensor: int = 0) -> Utterance:
    moment = Moment(at_s=0.0, sensor=SENSORS[sensor], occupied=True, changed=True)
    return Utterance(moment=moment, number=number, at_ms=number if at_ms is None else at_ms)


def test_only_what_was_acknowledged_is_promised() -> None:
    ledger = Ledger()
    for number in range(3):
        ledger.said(utterance(number))
        ledger.sent(utterance(number), 1.0)
    ledger.answered(utterance(1), 2.0)
    ledger.answered(utterance(1), 3.0)
    assert ledger.promised() == {utterance(1).identity}
    assert (len(ledger), ledger.acknowledged, ledger.waiting()) == (3, 1, 2)
    assert [spoken.acknowledged_s for spoken in ledger] == [None, 2.0, None]


def test_no_sensor_says_two_things_at_one_millisecond() -> None:
    ledger = Ledger()
    ledger.said(utterance(1, at_ms=5))
    with pytest.raises(AssertionError, match="said twice"):
        ledger.said(utterance(2, at_ms=5))


def test_waiting_ends_when_the_last_answer_comes() -> None:
    async def scenario() -> None:
        ledger = Ledger()
        ledger.said(utterance(1))
        ledger.said(utterance(2))
        asyncio.get_running_loop().call_soon(ledger.answered, utterance(2), 1.0)
        asyncio.get_running_loop().call_later(0.01, ledger.answered, utterance(1), 1.0)
        async with asyncio.timeout(10):
            await ledger.all_answered()
        assert ledger.waiting() == 0

    asyncio.run(scenario())


class Recorder:
    """A carrier that only takes note."""

    def __init__(self) -> None:
        self.sent: list[Utterance] = []

    def send(self, utterance: Utterance, /) -> None:
        self.sent.append(utterance)

    async def run(self) -> None:
        raise NotImplementedError


def test_a_cut_level_keeps_what_its_sensors_say_and_says_it_in_order_later() -> None:
    ledger, lorawan, nbiot = Ledger(), Recorder(), Recorder()
    radio = Radio(ledger, lorawan=lorawan, nbiot=nbiot)
    speakers = [index for index, sensor in enumerate(SENSORS) if not sensor.kind.speaks_coap][:1]
    (by_coap,) = [index for index, sensor in enumerate(SENSORS) if sensor.kind.speaks_coap][:1]
    said = [utterance(number, sensor=speakers[0]) for number in range(4)]
    for one in said:
        ledger.said(one)
    radio.say(said[0])
    radio.cut()
    radio.say(said[1])
    radio.say(said[2])
    assert (lorawan.sent, radio.waiting) == (said[:1], 2)
    radio.restore()
    radio.say(said[3])
    assert lorawan.sent == said
    assert [spoken.held for spoken in ledger] == [False, True, True, False]
    other = utterance(9, sensor=by_coap)
    ledger.said(other)
    radio.say(other)
    assert nbiot.sent == [other]
