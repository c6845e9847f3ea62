"""What can be wrong with bytes or declarations that claim to follow the contract."""


class WireError(Exception):
    """Bytes, a topic or a declaration that breaks the contract; says what was expected and what came."""
