"""What can go wrong in the agent that an operator must hear of."""


class AgentError(Exception):
    """The agent cannot go on as it is; the text says why and what to do."""
