"""Sends the outbox's rows to the cloud until its database has them."""

from edge_agent.uplink.identity import Enrolment, check_enrolment
from edge_agent.uplink.uplink import Uplink, UplinkSettings

__all__ = ["Enrolment", "Uplink", "UplinkSettings", "check_enrolment"]
