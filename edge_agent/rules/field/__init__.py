"""What the gateway itself believes of a bay, from the magnetic field that its node sends along."""

from edge_agent.rules.field.fact import FieldFact, FieldReading, Ground, Suspicion, Trust, Vector
from edge_agent.rules.field.neighbours import neighbours_of
from edge_agent.rules.field.rule import (
    Count,
    FieldRule,
    FieldRuleSettings,
    Opinion,
    opinion_of,
    suspicion_of,
)

__all__ = [
    "Count",
    "FieldFact",
    "FieldReading",
    "FieldRule",
    "FieldRuleSettings",
    "Ground",
    "Opinion",
    "Suspicion",
    "Trust",
    "Vector",
    "neighbours_of",
    "opinion_of",
    "suspicion_of",
]
