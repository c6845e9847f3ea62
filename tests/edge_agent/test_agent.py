"""The agent's parts put together: a lost line of meters is a problem of the gateway, and none of a lobby screen."""

import time
from pathlib import Path

from edge_agent.agent import Agent
from edge_agent.config import read_configuration
from edge_agent.sources.bus import BusSource
from tests.edge_agent.commands.test_commands import AGENT, folder

LINE = """
[[sources.bus]]
name = "riser-3"
port = "/dev/nothing"
[[sources.bus.devices]]
id = "%s"
profile = "meter_eastron_sdm120"
address = "1"
"""
SENSOR_OF_A_BAY = "0004A30B001C3F5E"


def deaf(path: Path, device: str) -> tuple[float, int]:
    """For how long the gateway, and its boards, have been deaf while a line with this device is lost for a minute."""
    agent = Agent(read_configuration(Path(folder(path, agent=AGENT + LINE % device))))
    (line,) = agent.sources
    assert isinstance(line, BusSource)
    line._deaf_since_s = time.monotonic() - 60
    found = agent.account().deaf_s, agent._deaf_to_bays_ms()
    agent._disk.close()
    return found


def test_a_lost_line_of_meters_makes_no_board_older(tmp_path: Path) -> None:
    gateway_s, board_ms = deaf(tmp_path, "flat-301")
    assert gateway_s >= 60
    assert board_ms == 0


def test_a_lost_line_on_which_a_bay_hangs_does(tmp_path: Path) -> None:
    gateway_s, board_ms = deaf(tmp_path, SENSOR_OF_A_BAY)
    assert gateway_s >= 60
    assert board_ms >= 60_000
