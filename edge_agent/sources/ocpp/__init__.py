"""Charging points that speak OCPP 1.6: the gateway answers each message when what it says is kept."""

from edge_agent.sources.ocpp.settings import Authorize, OcppCharger, OcppSettings

__all__ = ["Authorize", "OcppCharger", "OcppSettings"]
