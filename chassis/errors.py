"""What can be wrong with the ground that a program stands on: its configuration and its ports."""


class ConfigError(Exception):
    """A setting that the operator must change; the text says where, what was expected and what to do."""
