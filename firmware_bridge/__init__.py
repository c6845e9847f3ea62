"""The room of the technician's bench, which flashes and provisions devices; it is still empty."""
