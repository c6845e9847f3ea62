"""The gateway's program: hears devices, keeps what they say, shows it and sends it on."""
