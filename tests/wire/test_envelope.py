"""Messages survive the wire, and bytes that are none never do anything but raise."""

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from wire import (
    MOST_BYTES,
    MOST_ROWS,
    Ack,
    Batch,
    BootClock,
    Command,
    Epoch,
    Gap,
    GatewayId,
    Hello,
    LaneAck,
    LaneHello,
    Message,
    Reply,
    Rows,
    Seq,
    Stream,
    WireError,
    decode,
    encode,
)

GATEWAY = GatewayId("jingan-07-gw1")


def batch(rows: Rows, **changes: object) -> Batch:
    made = Batch(
        gateway=GATEWAY,
        stream=Stream.STATE,
        epoch=Epoch(5),
        first=Seq(3),
        oldest=Seq(1),
        sent_ms=9,
        rows=rows,
    )
    return msgspec.structs.replace(made, **changes)


VALUES = (
    st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)


@st.composite
def any_rows(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(0, 30))

    def column(values: st.SearchStrategy) -> list:  # type: ignore[type-arg]
        return draw(st.lists(values, min_size=count, max_size=count))

    return Rows(
        device=column(st.text(max_size=6)),
        property=column(st.sampled_from(["parking.occupied", "device.battery_v"])),
        value=column(VALUES),
        at_ms=column(st.integers(0, 2**45)),
        trust=column(st.integers(0, 3)),
    )


@given(any_rows())
def test_batches_come_back(rows: Rows) -> None:
    sent = batch(rows, gaps=(Gap(first=Seq(0), end=Seq(1), from_ms=1, to_ms=2, reason="evicted"),))
    got = decode(encode(sent))
    assert isinstance(got, Batch)
    assert got == msgspec.structs.replace(sent, rows=got.rows)
    assert list(got.rows.observations()) == list(rows.observations())
    assert [type(v) for v in got.rows.value] == [type(v) for v in rows.value]


@pytest.mark.parametrize(
    "message",
    [
        Hello(
            gateway=GATEWAY,
            sent_ms=1,
            synced=True,
            agent="0.1.0",
            lanes=(LaneHello(stream=Stream.ALARM, epoch=Epoch(1), oldest=Seq(0), next=Seq(2), closed=False),),
            clocks=(BootClock(epoch=Epoch(1), offset_ms=1_760_000_000_000),),
            counts={"heard": 3},
        ),
        Ack(
            gateway=GATEWAY, lanes=(LaneAck(stream=Stream.STATE, epoch=Epoch(1), next=Seq(4), first=Seq(0)),)
        ),
        Command(id="1", verb="voice", arguments={"text": "bags"}),
        Reply(id="1", done=False, reason="no loudspeaker"),
    ],
)
def test_other_messages_come_back(message: Message) -> None:
    assert decode(encode(message)) == message


def test_columns_of_different_lengths_are_not_sent() -> None:
    with pytest.raises(WireError, match="one length"):
        encode(batch(Rows(device=["a"], property=["p"], value=[1, 2], at_ms=[1], trust=[0])))


def test_more_rows_than_a_batch_holds_are_not_sent() -> None:
    n = MOST_ROWS + 1
    with pytest.raises(WireError, match="at most"):
        encode(batch(Rows(device=["a"] * n, property=["p"] * n, value=[1] * n, at_ms=[1] * n, trust=[0] * n)))


@given(st.binary(max_size=200))
def test_noise_is_refused(raw: bytes) -> None:
    with pytest.raises(WireError):
        decode(raw)


@given(st.data())
def test_a_flipped_byte_is_refused_or_harmless(data: st.DataObject) -> None:
    """zstd's checksum finds what the transport let through."""
    raw = bytearray(encode(batch(Rows(device=["a"], property=["p"], value=[1], at_ms=[1], trust=[0]))))
    at = data.draw(st.integers(6, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        decode(bytes(raw))


def test_a_message_too_long_is_refused_unread() -> None:
    with pytest.raises(WireError, match=f"at most {MOST_BYTES}"):
        decode(bytes(MOST_BYTES + 1))


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    with pytest.raises(WireError, match="unpacked"):
        decode(zstandard.ZstdCompressor().compress(bytes(50_000_000)))


def test_a_column_that_claims_a_billion_rows_takes_no_memory() -> None:
    raw = msgspec.msgpack.decode(zstandard.decompress(encode(batch(Rows()))))
    whole = ["=", 10**9, 0, b""]
    raw[9], raw[13] = 10**9, whole
    with pytest.raises(WireError, match="at most"):
        decode(msgspec.msgpack.encode(raw))


def test_a_message_of_tomorrow_is_named_as_such() -> None:
    with pytest.raises(WireError, match="version 1"):
        decode(msgspec.msgpack.encode(["batch2", 1, 2]))


@pytest.mark.parametrize("count", [1, 20, 500])
def test_rows_skip(count: int) -> None:
    rows = Rows(
        device=[str(n) for n in range(count)],
        property=["p"] * count,
        value=list(range(count)),
        at_ms=list(range(count)),
        trust=[0] * count,
    )
    assert list(rows.since(count // 2).value) == list(range(count // 2, count))
    assert len(rows.since(count)) == 0
