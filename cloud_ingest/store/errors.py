"""What can be wrong between the program and its database."""


class StoreError(Exception):
    """The database cannot serve; the text says why and what to do."""


class DatabaseDownError(StoreError):
    """There is no database to talk to, for now: weather, worth another try."""


class SchemaError(StoreError):
    """The database's schema and this program do not belong together."""


class PlanError(StoreError):
    """A site's plan contradicts what the database holds of other sites."""
