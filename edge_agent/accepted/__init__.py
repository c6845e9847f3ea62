"""Devices that a person accepted from the quarantine: their file, and what the quarantine holds of them."""

from edge_agent.accepted.file import Accepted, accept_device, read_accepted, sound_accepted
from edge_agent.accepted.retake import Retaker
from edge_agent.accepted.suggest import Suggester

__all__ = ["Accepted", "Retaker", "Suggester", "accept_device", "read_accepted", "sound_accepted"]
