"""No bytes whatever make a meter reader raise anything but DecodeError, and no answer grows without bound."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_profiles import DecodeError
from device_profiles.protocols import mbus, wmbus
from tests.device_profiles.made import RELAXED
from tests.device_profiles.protocols.wmbus import made

_MAKERS = st.sampled_from(
    [bytes.fromhex(code) for code in ("2d2c", "a511", "304c", "6850", "b009", "d708", "8614", "9344")]
)
_CIS = st.sampled_from(
    [0x72, 0x73, 0x78, 0x7A, 0x79, 0x7B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0xA0, 0xA2, 0x6E, 0x70]
)


@given(content=st.binary(max_size=252), ci=st.sampled_from([0x70, 0x71, 0x72, 0x73, 0x78, 0x7A]))
@example(content=b"\x0d\xfd\x11\xc0" * 60, ci=0x78)
@RELAXED
def test_a_wired_answer_is_read_or_refused(content: bytes, ci: int) -> None:
    try:
        telegram = mbus.read_telegram(mbus.long_frame(8, 1, ci, content))
    except DecodeError:
        return
    said = wmbus.explain_wired(telegram)
    assert len(said.records.rows) <= 2 * len(content) + 2


@given(maker=_MAKERS, rest=st.binary(min_size=6, max_size=6), ci=_CIS, content=st.binary(max_size=230))
@RELAXED
def test_a_radio_telegram_is_read_or_refused(maker: bytes, rest: bytes, ci: int, content: bytes) -> None:
    body = b"\x44" + maker + rest + bytes([ci]) + content
    try:
        telegram = wmbus.read_telegram(bytes([len(body)]) + body, made.KEY)
    except DecodeError:
        return
    assert len(telegram.rows) <= 4 * len(content) + 20


@given(octets=st.binary(max_size=600))
@RELAXED
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for read in (mbus.read_telegram, wmbus.read_telegram):
        try:
            read(octets)
        except DecodeError:
            continue


@pytest.mark.parametrize("length", range(len(made.mode_7())))
def test_a_cut_telegram_is_refused(length: int) -> None:
    with pytest.raises(DecodeError):
        wmbus.read_telegram(made.mode_7()[:length], made.KEY)
