"""One question and what is heard since, told the time: answered, broken, silent, echoed, babbled over."""

from hypothesis import given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols.modbus import Block, Function, RegisterDialogue, framed
from edge_agent.sources.bus import Asked, Came, Exchange, Fate
from edge_agent.sources.bus.exchange import MOST_HEARD

DIALOGUE = RegisterDialogue([Block(function=Function.INPUT_REGISTERS, start=0, count=2)])
(QUESTION,) = DIALOGUE.questions("5")
ANSWER = framed(5, bytes.fromhex("0404 4366 8000"))
WANTED = bytes.fromhex("0400000002 43668000")


def exchange() -> Exchange:
    asked = Asked(dialogue=DIALOGUE, address="5", question=QUESTION, timeout_s=1.0, gap_s=0.1, longest_s=2.0)
    made = Exchange(asked)
    made.sent(100.0)
    return made


def test_an_answer_ends_the_exchange_at_once() -> None:
    one = exchange()
    one.heard(ANSWER, 100.3)
    assert one.left_s(100.3) == 0.0
    assert one.ended() == Came(fate=Fate.ANSWERED, octets=WANTED)


@given(st.lists(st.integers(1, len(ANSWER) - 1), unique=True).map(sorted))
def test_an_answer_may_come_in_pieces(cuts: list[int]) -> None:
    one = exchange()
    for start, end in zip([0, *cuts], [*cuts, len(ANSWER)], strict=True):
        assert one.left_s(100.2) > 0
        one.heard(ANSWER[start:end], 100.2)
    assert one.ended().octets == WANTED


def test_silence_ends_with_the_time_out() -> None:
    one = exchange()
    assert one.left_s(100.9) > 0
    assert one.left_s(101.0) == 0.0
    assert one.ended().fate is Fate.SILENT


def test_an_echo_alone_is_silence_and_before_an_answer_it_is_passed_over() -> None:
    one = exchange()
    one.heard(QUESTION[:3], 100.0)
    one.heard(QUESTION[3:], 100.1)
    assert one.left_s(101.0) == 0.0
    assert one.ended().fate is Fate.SILENT
    other = exchange()
    other.heard(QUESTION + ANSWER, 100.1)
    assert other.ended().octets == WANTED


def test_a_slow_answer_is_given_time_as_long_as_it_goes_on() -> None:
    one = exchange()
    for number, octet in enumerate(ANSWER):
        at_s = 100.95 + number * 0.09
        assert one.left_s(at_s) > 0, number
        one.heard(bytes([octet]), at_s)
    assert one.ended().octets == WANTED


def test_a_late_answer_of_another_device_is_not_taken_for_this_ones() -> None:
    one = exchange()
    one.heard(framed(6, bytes.fromhex("0404 4366 8000")), 100.1)
    assert one.left_s(100.5) > 0
    one.heard(ANSWER, 100.6)
    assert one.ended().octets == WANTED


def test_a_wrong_checksum_ends_it_as_broken() -> None:
    one = exchange()
    one.heard(ANSWER[:-1] + b"\0", 100.1)
    assert one.left_s(100.1) == 0.0
    assert one.ended().fate is Fate.BROKEN
    assert "right CRC" in one.ended().reason


def test_half_an_answer_is_broken_and_says_what_came() -> None:
    one = exchange()
    one.heard(ANSWER[:4], 100.1)
    assert one.left_s(101.2) == 0.0
    came = one.ended()
    assert (came.fate, came.octets) == (Fate.BROKEN, ANSWER[:4])
    assert ANSWER[:4].hex() in came.reason


def test_babble_ends_by_time_and_by_size() -> None:
    slow, fast = exchange(), exchange()
    at_s = 100.0
    while slow.left_s(at_s) > 0:
        slow.heard(b"\x55", at_s)
        at_s += 0.05
    assert at_s < 104.0
    assert slow.ended().fate is Fate.BROKEN
    fast.heard(b"\x55" * (MOST_HEARD + 1), 100.1)
    assert fast.left_s(100.1) == 0.0
    assert fast.ended().fate is Fate.BROKEN


@given(st.lists(st.tuples(st.binary(max_size=20), st.floats(0, 1)), max_size=20))
def test_whatever_is_heard_it_ends(pieces: list[tuple[bytes, float]]) -> None:
    one, now_s = exchange(), 100.0
    for octets, pause_s in pieces:
        now_s += pause_s
        if one.left_s(now_s) == 0.0:
            break
        one.heard(octets, now_s)
    assert one.left_s(now_s + 4.0) == 0.0
    assert one.ended().fate in tuple(Fate)


class Choosy:
    """Refuses every second byte."""

    def questions(self, address: str) -> list[bytes]:
        return [b"?"]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        if len(heard) == 2:
            raise DecodeError("two are too many")
        return None


def test_what_the_dialogue_refuses_is_broken_with_its_reason() -> None:
    one = Exchange(
        Asked(dialogue=Choosy(), address="", question=b"?", timeout_s=1.0, gap_s=0.1, longest_s=1.0)
    )
    one.sent(0.0)
    one.heard(b"a", 0.1)
    one.heard(b"b", 0.2)
    assert one.ended() == Came(fate=Fate.BROKEN, octets=b"ab", reason="two are too many")
