"""How the gateway is: one account, shown as a page, as JSON and as metrics."""

from edge_agent.health.account import (
    Account,
    LaneAccount,
    Problem,
    ScreenAccount,
    SuspectAccount,
    find_problems,
)
from edge_agent.health.app import create_app
from edge_agent.health.numbers import metrics_of

__all__ = [
    "Account",
    "LaneAccount",
    "Problem",
    "ScreenAccount",
    "SuspectAccount",
    "create_app",
    "find_problems",
    "metrics_of",
]
