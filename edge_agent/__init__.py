"""The gateway: hears devices, decides, keeps everything on disk and sends it to the cloud."""
