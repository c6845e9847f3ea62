"""Who the gateway is: written by the bench at enrolment, never by the operator."""

from msgspec import Struct

from chassis import ConfigError
from wire import SHARDS, WireError, check_gateway


class Enrolment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`enrolment.toml`: the gateway's id and the shard (0 to 63) that carries it."""

    gateway: str
    shard: int = 0


def check_enrolment(enrolment: Enrolment, *, name: str) -> Enrolment:
    """Return the enrolment if it can be used in a topic.

    Raises:
        ConfigError: the id or the shard is out of bounds; `name` is what the error calls the file.
    """
    try:
        check_gateway(enrolment.gateway)
    except WireError as error:
        raise ConfigError(f"{name}: key 'gateway': {error}") from error
    if not 0 <= enrolment.shard < SHARDS:
        raise ConfigError(f"{name}: key 'shard': expected 0 to {SHARDS - 1}, got {enrolment.shard}")
    return enrolment
