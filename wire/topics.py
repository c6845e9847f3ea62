"""Where each message travels: the MQTT topics of the uplink, plain enough for any MQTT 3.1.1 broker."""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from wire.errors import WireError
from wire.ids import GatewayId, Stream

ROOT: Final = "lilong/1"
SHARDS: Final = 64
"""Shards are numbered 0 to 63; an ingest worker claims whole shards."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_UP = re.compile(rf"{ROOT}/up/(\d{{1,2}})/({_NAME.pattern})/([a-z]+)")


class Lane(StrEnum):
    """The last level of an upward topic beside the streams' names."""

    HELLO = "hello"
    REPLY = "reply"


class Upward(Struct, frozen=True, kw_only=True):
    """An upward topic, taken apart."""

    shard: int
    gateway: GatewayId
    lane: Lane | Stream


def check_gateway(name: str) -> GatewayId:
    """Return the name as a gateway's id.

    Raises:
        WireError: the name does not fit into one topic level.
    """
    if not _NAME.fullmatch(name):
        raise WireError(f"expected a gateway id of 1 to 64 letters, digits and _ . : - , got {name!r}")
    return GatewayId(name)


def up_topic(shard: int, gateway: GatewayId, lane: Lane | Stream) -> str:
    """Give the topic of a batch, a hello or a reply."""
    return f"{ROOT}/up/{shard}/{gateway}/{lane}"


def shard_filter(shard: int) -> str:
    """Give the subscription that hears every gateway of a shard."""
    return f"{ROOT}/up/{shard}/+/+"


def ack_topic(gateway: GatewayId) -> str:
    """Give the topic on which the cloud acknowledges."""
    return f"{ROOT}/down/{gateway}/ack"


def command_topic(gateway: GatewayId) -> str:
    """Give the topic on which the cloud commands."""
    return f"{ROOT}/down/{gateway}/command"


def status_topic(gateway: GatewayId) -> str:
    """Give the topic of the retained presence."""
    return f"{ROOT}/status/{gateway}"


def parse_up(topic: str) -> Upward:
    """Take an upward topic apart.

    Raises:
        WireError: the topic is none of ours, or its shard or lane does not exist.
    """
    found = _UP.fullmatch(topic)
    if found is None or int(found[1]) >= SHARDS:
        raise WireError(f"expected {ROOT}/up/<shard below {SHARDS}>/<gateway>/<lane>, got {topic!r}")
    try:
        lane: Lane | Stream = Stream(found[3]) if found[3] in set(Stream) else Lane(found[3])
    except ValueError as error:
        raise WireError(f"expected a stream, hello or reply as the last level, got {found[3]!r}") from error
    return Upward(shard=int(found[1]), gateway=GatewayId(found[2]), lane=lane)
