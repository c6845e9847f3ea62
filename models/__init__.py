"""The shelf of machine-learning models, one folder a model; no model stands on it yet."""
