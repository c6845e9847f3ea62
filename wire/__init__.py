"""The contract: what gateways, the cloud and their tools tell each other, without any I/O."""

from wire.batch import Batch, Gap, Rows, rows_of
from wire.board import Board, BoardBay, BoardFloor, Count, Link, Sight, board_floors, count_sights, total_count
from wire.catalogue import CATALOGUE, property_named
from wire.envelope import MOST_BYTES, MOST_ROWS, Message, decode, encode
from wire.errors import WireError
from wire.event import Event, Phase, Urgency, event_of, event_row
from wire.ids import BayId, DeviceId, Epoch, GatewayId, PlaceId, PropertyName, Seq, Stream, TimeTrust
from wire.messages import Ack, BootClock, Command, Hello, LaneAck, LaneHello, Reply
from wire.observation import Observation, Value
from wire.place import Bay, Floor, Level, Lot, Place, SitePlan, check_plan
from wire.property import Form, Kind, Property, Sensitivity
from wire.topics import (
    SHARDS,
    Lane,
    Upward,
    ack_topic,
    check_gateway,
    command_topic,
    parse_up,
    shard_filter,
    status_topic,
    up_topic,
)
from wire.words import Words

__all__ = [
    "CATALOGUE",
    "MOST_BYTES",
    "MOST_ROWS",
    "SHARDS",
    "Ack",
    "Batch",
    "Bay",
    "BayId",
    "Board",
    "BoardBay",
    "BoardFloor",
    "BootClock",
    "Command",
    "Count",
    "DeviceId",
    "Epoch",
    "Event",
    "Floor",
    "Form",
    "Gap",
    "GatewayId",
    "Hello",
    "Kind",
    "Lane",
    "LaneAck",
    "LaneHello",
    "Level",
    "Link",
    "Lot",
    "Message",
    "Observation",
    "Phase",
    "Place",
    "PlaceId",
    "Property",
    "PropertyName",
    "Reply",
    "Rows",
    "Sensitivity",
    "Seq",
    "Sight",
    "SitePlan",
    "Stream",
    "TimeTrust",
    "Upward",
    "Urgency",
    "Value",
    "WireError",
    "Words",
    "ack_topic",
    "board_floors",
    "check_gateway",
    "check_plan",
    "command_topic",
    "count_sights",
    "decode",
    "encode",
    "event_of",
    "event_row",
    "parse_up",
    "property_named",
    "rows_of",
    "shard_filter",
    "status_topic",
    "total_count",
    "up_topic",
]
