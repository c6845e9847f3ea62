"""The table [sources.ocpp]: which charging points may connect, and who may charge."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from chassis import OwnPort, Some, Text


class Authorize(StrEnum):
    """Who may charge: everybody, or nobody (the charging points then work from their own lists)."""

    EVERYBODY = "everybody"
    NOBODY = "nobody"


class OcppCharger(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One charging point by its identity in the address; `password_file` holds its password (security profile 1)."""

    id: Text
    password_file: str = ""


class OcppSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The WebSocket server: charging points connect to ws://<gateway>:<port>/<id>.

    Only the listed ones may. A message that is not kept within `answer_within_s` is answered with an error, and the
    charging point sends it again.
    """

    host: Text = "127.0.0.1"
    port: OwnPort = 9180
    profile: Text = "ev_ocpp16"
    chargers: tuple[OcppCharger, ...] = ()
    authorize: Authorize = Authorize.EVERYBODY
    heartbeat_s: Some = 300
    answer_within_s: Some = 20

    def below(self, folder: Path) -> Self:
        """Return the settings with their files below a folder."""
        chargers = tuple(
            replace(one, password_file=str(folder / one.password_file)) if one.password_file else one
            for one in self.chargers
        )
        return replace(self, chargers=chargers)
