"""What the public repositories of LoRaWAN devices offer, made into profile folders for a site."""

from device_profiles.repositories.make import Imported, NotImported, Status, import_devices
from device_profiles.repositories.open import open_repository

__all__ = ["Imported", "NotImported", "Status", "import_devices", "open_repository"]
