"""From what sources hear to what the disk keeps: decode, decide, commit, acknowledge."""

from edge_agent.pipeline.books import Books
from edge_agent.pipeline.disk import Disk
from edge_agent.pipeline.intake import IntakeQueue
from edge_agent.pipeline.meaning import Meaning, checked
from edge_agent.pipeline.pipeline import Decide, Pipeline, PipelineSettings, report
from edge_agent.pipeline.understand import Registry, Understanding

__all__ = [
    "Books",
    "Decide",
    "Disk",
    "IntakeQueue",
    "Meaning",
    "Pipeline",
    "PipelineSettings",
    "Registry",
    "Understanding",
    "checked",
    "report",
]
