"""How fast and how small: each file measures one room, `python -m bench` runs them all."""
