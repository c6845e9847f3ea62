"""What can go wrong with an engine."""


class EngineError(Exception):
    """An engine did not start; the text says why and what to do."""
