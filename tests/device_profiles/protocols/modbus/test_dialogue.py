"""Modbus RTU and TCP: the question as the standard writes it, and its answer found in whatever a line gives back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.modbus import Block, Function, OverTcp, RegisterDialogue, crc16, framed
from tests.device_profiles.made import RELAXED

BLOCK = Block(function=Function.HOLDING_REGISTERS, start=0x6B, count=3)
DIALOGUE = RegisterDialogue([BLOCK])
(QUESTION,) = DIALOGUE.questions("17")
REGISTERS = bytes.fromhex("022b00000064")
# The example of the Modbus Application Protocol V1.1b3, 6.3, behind a unit and before a CRC.
ANSWER = framed(17, bytes([3, 6]) + REGISTERS)
WANTED = bytes.fromhex("03006b0003") + REGISTERS


def test_the_question_is_the_standards_example() -> None:
    assert QUESTION.hex() == "1103006b00037687"


def test_the_crc_is_the_one_of_the_catalogue() -> None:
    assert crc16(b"123456789") == (0x4B37).to_bytes(2, "little")


def test_an_answer_is_handed_on_with_what_it_answers() -> None:
    assert DIALOGUE.answer("17", QUESTION, ANSWER) == WANTED


def test_an_answer_is_found_behind_echo_noise_and_other_devices() -> None:
    other = framed(18, bytes([3, 6]) + REGISTERS)
    shorter = framed(17, bytes([3, 2]) + REGISTERS[:2])
    for before in (QUESTION, b"\x00\xff", b"\x11\x03", other, shorter, QUESTION + b"\x00" + other):
        assert DIALOGUE.answer("17", QUESTION, before + ANSWER) == WANTED, before.hex()


@given(st.integers(0, len(ANSWER) - 1))
def test_an_answer_is_waited_for_until_it_is_whole(length: int) -> None:
    assert DIALOGUE.answer("17", QUESTION, ANSWER[:length]) is None
    assert DIALOGUE.answer("17", QUESTION, QUESTION + ANSWER[:length]) is None


@given(st.integers(2, len(ANSWER) - 1), st.integers(1, 255))
def test_a_broken_answer_is_refused_or_no_answer_at_all(place: int, change: int) -> None:
    broken = bytearray(ANSWER)
    broken[place] ^= change
    with suppress(DecodeError):
        assert DIALOGUE.answer("17", QUESTION, bytes(broken)) is None


def test_a_refusal_is_an_answer_and_a_passing_one_is_none() -> None:
    assert DIALOGUE.answer("17", QUESTION, framed(17, b"\x83\x02")) == bytes.fromhex("83006b000302")
    for code, word in ((5, "needs longer"), (6, "busy"), (10, "gateway"), (11, "behind the gateway")):
        with pytest.raises(DecodeError, match=word):
            DIALOGUE.answer("17", QUESTION, framed(17, bytes([0x83, code])))


@pytest.mark.parametrize("address", ["0", "256", "-1", "", "1.5", "eins", "١", "0x11", "1000"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(DecodeError, match="expected a Modbus address"):
        DIALOGUE.questions(address)


def test_bits_are_counted_in_bytes() -> None:
    bits = RegisterDialogue([Block(function=Function.DISCRETE_INPUTS, start=0xC4, count=22)])
    (question,) = bits.questions("1")
    answer = framed(1, bytes.fromhex("0203acdb35"))  # V1.1b3, 6.2
    assert bits.answer("1", question, answer) == bytes.fromhex("0200c40016acdb35")


TCP = OverTcp(DIALOGUE)
(ASKED,) = TCP.questions("17")


def over_tcp(pdu: bytes, *, transaction: bytes = ASKED[:2], unit: int = 17) -> bytes:
    return transaction + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes([unit]) + pdu


def test_over_tcp_the_same_question_stands_behind_a_header() -> None:
    assert ASKED[2:] == bytes.fromhex("0000 0006 11 03 006b 0003")
    answer = over_tcp(bytes([3, 6]) + REGISTERS)
    assert TCP.answer("17", ASKED, answer) == WANTED
    assert TCP.answer("17", ASKED, over_tcp(bytes([3, 6]) + REGISTERS, unit=255)) == WANTED
    for length in range(len(answer)):
        assert TCP.answer("17", ASKED, answer[:length]) is None


def test_over_tcp_a_late_answer_to_another_question_is_passed_over() -> None:
    late = over_tcp(bytes([3, 6]) + bytes(6), transaction=bytes([ASKED[0] ^ 1, ASKED[1]]))
    assert TCP.answer("17", ASKED, late) is None
    assert TCP.answer("17", ASKED, late + over_tcp(bytes([3, 6]) + REGISTERS)) == WANTED


def test_over_tcp_what_is_no_modbus_is_refused() -> None:
    with pytest.raises(DecodeError, match="header of Modbus/TCP"):
        TCP.answer("17", ASKED, b"HTTP/1.0 400 Bad Request")


class Strange:
    """A dialogue of another protocol."""

    def questions(self, address: str) -> list[bytes]:
        return [b"\x68\x01\x16"]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        return None


def test_another_protocol_does_not_go_over_modbus_tcp() -> None:
    with pytest.raises(DecodeError, match="profile of Modbus registers"):
        OverTcp(Strange()).questions("1")


@given(st.binary(max_size=300))
@RELAXED
def test_no_bytes_do_any_harm(heard: bytes) -> None:
    for dialogue, question in ((DIALOGUE, QUESTION), (TCP, ASKED)):
        try:
            found = dialogue.answer("17", question, heard)
        except DecodeError:
            continue
        assert found is None or found[1:5] == BLOCK.head[1:]
