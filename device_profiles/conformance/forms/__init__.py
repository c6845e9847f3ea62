"""The shapes of vector rows: one module each, found by being here."""
