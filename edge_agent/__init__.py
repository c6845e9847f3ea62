"""The gateway's program: hear, decode, decide, keep, act, send."""
