"""How meters, tags and nodes write what they say: one folder a published protocol, each a pure function of bytes."""
