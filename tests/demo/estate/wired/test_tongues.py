"""What simulated meters say is what the standards say they say: frames known from outside, and broken ones unheard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.estate.wired import Cjt188Meters, Dlt645Meters, MbusMeters, Meter, Sdm120Meters, Temper, Tongue
from demo.estate.wired.modbus import crc16
from wire import DeviceId

TONGUES: list[Tongue] = [Sdm120Meters(), Dlt645Meters(), Cjt188Meters(), MbusMeters()]
QUESTIONS = {
    Sdm120Meters: "01 04 0046 0006",
    # DL/T 645-2007: read 00010000 of meter 251100000001, every byte of the data higher by 33.
    Dlt645Meters: "68 010000001125 68 11 04 33333433",
    # CJ/T 188: read 901F of cold water meter 00123300000001.
    Cjt188Meters: "68 10 01000000331200 01 03 901f00",
    # EN 13757-2: REQ_UD2 with the frame count bit to the primary address 1.
    MbusMeters: "10 7b 01",
}


def question(tongue: Tongue) -> bytes:
    body = bytes.fromhex(QUESTIONS[type(tongue)])
    if isinstance(tongue, Sdm120Meters):
        return body + crc16(body)
    covered = body[1:] if isinstance(tongue, MbusMeters) else body
    return body + bytes([sum(covered) & 0xFF, 0x16])


def meter(tongue: Tongue, temper: Temper = Temper.WELL) -> Meter:
    return Meter(DeviceId("m"), tongue.address(1), 1, temper)


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda one: type(one).__name__)
def test_a_question_is_heard_behind_wake_up_bytes_and_noise(tongue: Tongue) -> None:
    asked = question(tongue)
    for before in (b"", b"\xfe" * 4, b"\x68\x01\xff"):
        heard = tongue.hears(before + asked)
        assert heard is not None, before
        assert heard.address == tongue.address(1)
        assert heard.end == len(before + asked)


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda one: type(one).__name__)
@given(place=st.integers(0, 20), change=st.integers(1, 255))
def test_a_broken_question_is_not_heard(tongue: Tongue, place: int, change: int) -> None:
    broken = bytearray(question(tongue))
    broken[place % len(broken)] ^= change
    assert tongue.hears(bytes(broken)) is None


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda one: type(one).__name__)
def test_no_two_answers_say_the_same_and_all_are_remembered(tongue: Tongue) -> None:
    one, heard = meter(tongue), tongue.hears(question(tongue))
    assert heard is not None
    answers = {tongue.answers(heard, one) for _ in range(50)}
    assert len(answers) == len(one.said) == 50


def test_an_electricity_meter_answers_as_the_standard_writes_it() -> None:
    tongue = Dlt645Meters()
    heard, one = tongue.hears(question(tongue)), meter(tongue)
    assert heard is not None
    answer = tongue.answers(heard, one)
    (index,) = one.said
    body = answer.removeprefix(b"\xfe" * 4)
    plain = bytes((octet - 0x33) & 0xFF for octet in body[10:-2])
    assert body[:10].hex() == "68010000001125689108"
    assert plain[:4] == bytes.fromhex("00000100")
    assert int(plain[:3:-1].hex()) == index
    assert (sum(body[:-2]) & 0xFF, 0x16) == (body[-2], body[-1])


def test_phases_that_are_not_wired_are_filled_with_ff_and_what_is_not_there_is_an_error() -> None:
    tongue = Dlt645Meters()

    def asked(identifier: str) -> bytes:
        body = bytes.fromhex("68 010000001125 68 11 04") + bytes(
            (octet + 0x33) & 0xFF for octet in bytes.fromhex(identifier)[::-1]
        )
        heard = tongue.hears(body + bytes([sum(body) & 0xFF, 0x16]))
        assert heard is not None
        answer = tongue.answers(heard, meter(tongue, Temper.UNWIRED)).removeprefix(b"\xfe" * 4)
        return answer[8:9] + bytes((octet - 0x33) & 0xFF for octet in answer[10:-2])

    assert asked("0201ff00").hex() == "91" + "00ff0102" + "1023" + "ffff" * 2
    assert asked("02010200").hex() == "91" + "00020102" + "ffff"
    assert asked("04000101").hex() == "d1" + "02"


def test_a_water_meter_answers_in_cubic_metres() -> None:
    tongue = Cjt188Meters()
    heard, one = tongue.hears(question(tongue)), meter(tongue)
    assert heard is not None
    body = tongue.answers(heard, one).removeprefix(b"\xfe" * 3)
    (index,) = one.said
    assert body[:11].hex() == "6810010000003312008116"
    assert body[11:14].hex() == "901f00"
    assert (int(body[14:18][::-1].hex()), body[18]) == (index, 0x2C)
    assert len(body) == 11 + 0x16 + 2


def test_a_modbus_meter_refuses_what_it_does_not_have() -> None:
    tongue = Sdm120Meters()
    for pdu, code in (("0300000002", 0x02), ("0401ff0002", 0x02), ("0400000080", 0x02)):
        body = b"\x01" + bytes.fromhex(pdu)
        heard = tongue.hears(body + crc16(body))
        assert heard is not None
        answer = tongue.answers(heard, meter(tongue))
        assert answer[1] == int(pdu[:2], 16) | 0x80
        assert answer[2] == (1 if pdu.startswith("03") else code)


def test_a_heat_meter_confirms_a_reset_and_answers_a_request() -> None:
    tongue, one = MbusMeters(), meter(MbusMeters())
    reset = tongue.hears(bytes.fromhex("1040014116"))
    assert reset is not None
    assert tongue.answers(reset, one) == b"\xe5"
    assert one.said == set()
    request = tongue.hears(question(tongue))
    assert request is not None
    body = tongue.answers(request, one)
    (index,) = one.said
    assert (body[0], body[3], body[1]) == (0x68, 0x68, len(body) - 6)
    assert body[4:7].hex() == "080172"
    assert body[7:11].hex() == "01000041"
    assert int(body[21:25][::-1].hex()) == index
    assert (sum(body[4:-2]) & 0xFF, 0x16) == (body[-2], body[-1])
