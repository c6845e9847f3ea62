"""Are frames found in what is heard, and broken ones said only where nothing better came?"""

import pytest

from device_profiles import DecodeError
from device_profiles.protocols.heard import answer_in, frames_in, may_be_noise


def _read(octets: bytes) -> tuple[int, bytes]:
    """Read a frame of 68, a number, and the number again."""
    if octets[:1] != b"\x68" or len(octets) < 3:
        raise DecodeError("no frame")
    if octets[1] != octets[2]:
        raise DecodeError("broken")
    return octets[1], octets[3:]


def _answer(heard: bytes) -> bytes | None:
    return answer_in(heard, _read, lambda body: len(body) >= 3, lambda number: number == 7)


def test_every_frame_of_a_payload() -> None:
    assert frames_in(b"\x68\x01\x01\xfe\xfe\x68\x02\x02\r\n", _read) == [1, 2]
    with pytest.raises(DecodeError, match="no frame"):
        frames_in(b"\x68\x01\x01x", _read)


def test_an_answer_amid_noise() -> None:
    assert _answer(b"") is None
    assert _answer(b"\x68\x07") is None
    assert _answer(b"\x68\x01\x01") is None
    assert _answer(b"\x00\x68\x01\x01\x68\x07\x07\x00") == b"\x68\x07\x07"


def test_a_broken_answer_counts_only_alone() -> None:
    with pytest.raises(DecodeError, match="broken"):
        _answer(b"\x68\x07\x08")
    assert _answer(b"\x68\x07\x08\x68\x07\x07") == b"\x68\x07\x07"


@pytest.mark.parametrize(
    ("octets", "noise"),
    [(b"", True), (b"\x16" * 11, True), (b"\x16" * 12, False), (b"CTRL:R2018100000001696", True)],
)
def test_no_frame_is_lost_in_noise(octets: bytes, noise: bool) -> None:
    assert may_be_noise(octets, 12) is noise
