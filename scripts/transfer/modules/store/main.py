"""Keeps the files that others send through a channel. Its topic is the path of the file."""
import hashlib

import stoa


@stoa.accept
def receive(channel):
    digest, size = hashlib.sha256(), 0
    with open(channel.topic, "wb") as file:
        for piece in channel:  # ends when the sender says end()
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    stoa.log.info(f"{size} bytes from {channel.peer}")
    channel.send({"bytes": size, "sha256": digest.hexdigest()})
