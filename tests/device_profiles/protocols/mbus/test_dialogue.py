"""A meter on the line is asked as EN 13757-2 says, and its answer is found among noise and others' frames."""

import pytest

from device_profiles import DecodeError, load_shelf
from device_profiles.protocols.mbus import MbusDialogue, long_frame, read_frame

DIALOGUE = MbusDialogue()
HEADER = bytes.fromhex("78563412 9315 33 03 2a 00 0000")
ANSWER = long_frame(0x08, 5, 0x72, HEADER + bytes.fromhex("0c14 27048502"))


def test_a_primary_address_is_reset_and_asked() -> None:
    assert [one.hex() for one in DIALOGUE.questions("5")] == ["1040054516", "107b058016"]


def test_more_telegrams_are_asked_for_with_the_other_frame_count_bit() -> None:
    asked = MbusDialogue(telegrams=3).questions("5")
    assert [read_frame(one).control for one in asked] == [0x40, 0x7B, 0x5B, 0x7B]


def test_a_secondary_address_is_selected_first() -> None:
    reset, select, request = DIALOGUE.questions("12345678.ELS.33.03")
    chosen = read_frame(select)
    assert (chosen.control, chosen.address, chosen.ci) == (0x53, 0xFD, 0x52)
    assert chosen.content.hex() == "7856341293153303"
    assert (reset[2], request[2]) == (0xFD, 0xFD)
    assert read_frame(DIALOGUE.questions("1234567F")[1]).content.hex() == "7f563412ffffffff"


@pytest.mark.parametrize(
    "address", ["", "0", "251", "1234567", "12345678.els", "1234567A", "٣", "12345678.ELS.33.03.1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DecodeError, match="expected"):
        DIALOGUE.questions(address)


def test_an_answer_is_found_behind_echo_noise_and_others() -> None:
    question = DIALOGUE.questions("5")[1]
    other = long_frame(0x08, 6, 0x72, HEADER)
    heard = question + b"\x00\x68\xe5" + other + ANSWER + b"\xff"
    assert DIALOGUE.answer("5", question, heard) == ANSWER


def test_an_answer_is_waited_for() -> None:
    question = DIALOGUE.questions("5")[1]
    for length in range(len(ANSWER)):
        assert DIALOGUE.answer("5", question, ANSWER[:length]) is None
    assert DIALOGUE.answer("5", question, ANSWER) == ANSWER


def test_a_reset_is_answered_by_one_character() -> None:
    question = DIALOGUE.questions("5")[0]
    assert DIALOGUE.answer("5", question, question) is None
    assert DIALOGUE.answer("5", question, question + b"\xe5") == b"\xe5"


def test_a_selected_meter_is_known_by_its_digits() -> None:
    question = DIALOGUE.questions("12345678")[2]
    assert DIALOGUE.answer("12345678", question, ANSWER) == ANSWER
    assert DIALOGUE.answer("FFFF5678", question, ANSWER) == ANSWER
    assert DIALOGUE.answer("12345679", question, ANSWER) is None


def test_a_broken_answer_is_refused() -> None:
    question = DIALOGUE.questions("5")[1]
    spoilt = ANSWER[:-2] + bytes([ANSWER[-2] ^ 1]) + ANSWER[-1:]
    with pytest.raises(DecodeError, match="checksum"):
        DIALOGUE.answer("5", question, spoilt)


def test_the_wired_profile_brings_its_dialogue() -> None:
    assert load_shelf().profile("meter_mbus").dialogue is not None
    assert load_shelf().profile("meter_wmbus").dialogue is None
