"""What far infrared arrays mean: somebody is there, lies still, has fallen; pictures are looked at and forgotten."""

from edge_agent.rules.thermal.care import CareRules
from edge_agent.rules.thermal.room import Care, Room
from edge_agent.rules.thermal.settings import Mount, ThermalSettings

__all__ = ["Care", "CareRules", "Mount", "Room", "ThermalSettings"]
