"""How meters and other devices that only answer are asked over RS-485 lines, serial converters and Modbus/TCP."""

from edge_agent.sources.bus.exchange import Asked, Came, Exchange, Fate
from edge_agent.sources.bus.lines import bus_sources
from edge_agent.sources.bus.rota import Ask, Change, Place, Rota, Upshot
from edge_agent.sources.bus.source import BusSource

__all__ = [
    "Ask",
    "Asked",
    "BusSource",
    "Came",
    "Change",
    "Exchange",
    "Fate",
    "Place",
    "Rota",
    "Upshot",
    "bus_sources",
]
