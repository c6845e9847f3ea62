"""How much better the gateway's belief of a bay is than its node's word, on simulated sites that nobody tuned on."""

from bench.belief.figures import figures

__all__ = ["figures"]
