"""The simulated sensors' CoAP is what another implementation of CoAP reads and writes."""

import aiocoap
from aiocoap.numbers.codes import Code
from aiocoap.numbers.types import Type as Theirs
from hypothesis import given
from hypothesis import strategies as st

from demo.estate import coap

mids = st.integers(0, 0xFFFF)
tokens = st.binary(max_size=8)


@given(mids, tokens, st.sampled_from([110, 112]), st.binary(min_size=1, max_size=300))
def test_a_post_is_read_by_another_implementation(
    mid: int, token: bytes, content_format: int, payload: bytes
) -> None:
    read = aiocoap.Message.decode(coap.post(mid, token, "senml/a-device", content_format, payload))
    assert (read.mtype, read.code, read.mid, read.token) == (Theirs.CON, Code.POST, mid, token)
    assert read.opt.uri_path == ("senml", "a-device")
    assert (read.opt.content_format, read.payload) == (content_format, payload)


@given(mids, tokens, st.sampled_from([Theirs.ACK, Theirs.CON, Theirs.NON]), st.binary(max_size=20))
def test_an_answer_of_another_implementation_is_read(
    mid: int, token: bytes, kind: Theirs, payload: bytes
) -> None:
    theirs = aiocoap.Message(code=Code.CHANGED, payload=payload, _mtype=kind, _mid=mid, _token=token)
    read = coap.read_answer(theirs.encode())
    assert read == coap.Answer(type=coap.Type(int(kind)), code=coap.CHANGED, mid=mid, token=token)


@given(mids)
def test_an_acknowledgement_is_read_by_another_implementation(mid: int) -> None:
    read = aiocoap.Message.decode(coap.acknowledge(mid))
    assert (read.mtype, read.code, read.mid) == (Theirs.ACK, Code.EMPTY, mid)


@given(st.binary(max_size=30))
def test_no_datagram_upsets_a_sensor(datagram: bytes) -> None:
    read = coap.read_answer(datagram)
    assert (read is None) == (len(datagram) < 4 or datagram[0] >> 6 != 1)
