"""Topics are built and taken apart alike, and a topic that is none of ours is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import SHARDS, GatewayId, Stream, WireError, check_gateway, parse_up, shard_filter, up_topic
from wire.topics import Lane

GATEWAYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", fullmatch=True)


@given(st.integers(0, SHARDS - 1), GATEWAYS, st.sampled_from([*Stream, *Lane]))
def test_up_topics_come_back(shard: int, gateway: str, lane: Stream | Lane) -> None:
    got = parse_up(up_topic(shard, GatewayId(gateway), lane))
    assert (got.shard, got.gateway, got.lane) == (shard, gateway, lane)
    assert type(got.lane) is type(lane)


@given(st.text(max_size=60))
def test_other_topics_are_refused(topic: str) -> None:
    with pytest.raises(WireError):
        parse_up(topic)


@pytest.mark.parametrize(
    "topic",
    [
        "lilong/1/up/64/gw/state",
        "lilong/1/up/3/gw/other",
        "lilong/2/up/3/gw/state",
        "lilong/1/up/3/g w/state",
        "lilong/1/up/3/gw/state/",
        "lilong/1/up/3/gw/state\n",
    ],
)
def test_near_misses_are_refused(topic: str) -> None:
    with pytest.raises(WireError, match="expected"):
        parse_up(topic)


@pytest.mark.parametrize("name", ["", "a/b", "a+b", "#", "网关", "x" * 65, "-a"])
def test_a_gateway_must_fit_one_level(name: str) -> None:
    with pytest.raises(WireError, match="gateway id"):
        check_gateway(name)


def test_a_shard_filter_hears_every_lane() -> None:
    assert shard_filter(7) == "lilong/1/up/7/+/+"
