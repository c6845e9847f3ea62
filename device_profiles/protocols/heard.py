"""Finds frames in what is heard: one behind the other in a payload, or a meter's answer amid a line's noise."""

from collections.abc import Callable
from typing import Final, TypeVar

from device_profiles.errors import DecodeError

FILLING: Final = b"\xfe\x00\xff\r\n"
"""What may stand between frames: wake-up bytes, idle lines and line ends."""
_START: Final = b"\x68"
_END: Final = b"\x16"
_Frame = TypeVar("_Frame")


def may_be_noise(octets: bytes, shortest: int) -> bool:
    """Say whether what stands in front of a frame may be passed over: no frame can have been lost in it.

    A broken frame is at least as long as the shortest one, and has its end (16). The letters with which a modem
    introduces itself have none.
    """
    return len(octets) < shortest or _END not in octets


def frames_in(octets: bytes, read: Callable[[bytes], tuple[_Frame, bytes]]) -> list[_Frame]:
    """Return every frame of a payload; `read` gives the first one and the bytes behind it.

    Raises:
        DecodeError: as `read`, also where something else stands behind a frame.
    """
    frame, rest = read(octets)
    found = [frame]
    while rest := rest.lstrip(FILLING):
        frame, rest = read(rest)
        found.append(frame)
    return found


def answer_in(
    heard: bytes,
    read: Callable[[bytes], tuple[_Frame, bytes]],
    may_answer: Callable[[bytes], bool],
    answers: Callable[[_Frame], bool],
) -> bytes | None:
    """Return the first frame that answers, in the bytes as they came; None while there is none.

    `may_answer` says of bytes from a 68 on whether they are long enough and look like a frame of the meter that was
    asked, `answers` of a frame whether it answers the question.

    Raises:
        DecodeError: what may answer came whole and is broken, and nothing better came.
    """
    broken: DecodeError | None = None
    start = heard.find(_START)
    while start >= 0:
        body = heard[start:]
        if may_answer(body):
            try:
                frame, rest = read(body)
            except DecodeError as error:
                broken = broken or error
            else:
                if answers(frame):
                    return body[: len(body) - len(rest)]
        start = heard.find(_START, start + 1)
    if broken:
        raise broken
    return None
