"""What can go wrong between the gateway and its disk."""


class OutboxError(Exception):
    """The outbox cannot do what was asked; the text says why and what to do."""


class OutboxInUseError(OutboxError):
    """Another process has this outbox open."""


class NotKeptError(OutboxError):
    """Nothing of this commit was stored: do not acknowledge it, and offer it again later."""


class DiskFullError(NotKeptError):
    """Nothing of this commit was stored, for want of space; it works again once there is space."""


class RowsGoneError(OutboxError, LookupError):
    """The rows asked for were given up or deleted meanwhile: the sender hears of it, send what it says next."""


class OutboxDamagedError(OutboxError):
    """The file holds something that was never written to it: call `Outbox.renew`."""
