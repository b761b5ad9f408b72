"""The write-ahead sender: nonces for life, signed bytes stored before they leave the machine."""

from relayer.send.lanes import Lanes
from relayer.send.sender import Sender

__all__ = ["Lanes", "Sender"]
