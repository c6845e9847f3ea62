"""What can go wrong between the gateway and its disk."""


class OutboxError(Exception):
    """The outbox cannot do what was asked; the text says why and what to do."""


class OutboxInUse(OutboxError):
    """Another process has this outbox open."""


class NotKept(OutboxError):
    """Nothing of this commit was stored: do not acknowledge it, and offer it again later."""


class DiskFull(NotKept):
    """Nothing of this commit was stored, for want of space; it works again once there is space."""


class OutboxDamaged(OutboxError):
    """The file holds something that was never written to it: call `Outbox.renew`."""
