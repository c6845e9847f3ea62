"""What observations mean on the spot: one file a rule, each a pure function of facts and time."""

from edge_agent.rules.bay import BayFact, BayRule, BayRuleSettings, Decision, Sighting
from edge_agent.rules.field import FieldRule, FieldRuleSettings, Opinion, Suspicion, neighbours_of
from edge_agent.rules.judge import Judge
from edge_agent.rules.listener import Listener
from edge_agent.rules.tag_fact import (
    Presence,
    TagDecision,
    TagFact,
    TagRuleSettings,
    TagSighting,
    Verdict,
)
from edge_agent.rules.tags import TagRule

__all__ = [
    "BayFact",
    "BayRule",
    "BayRuleSettings",
    "Decision",
    "FieldRule",
    "FieldRuleSettings",
    "Judge",
    "Listener",
    "Opinion",
    "Presence",
    "Sighting",
    "Suspicion",
    "TagDecision",
    "TagFact",
    "TagRule",
    "TagRuleSettings",
    "TagSighting",
    "Verdict",
    "neighbours_of",
]
