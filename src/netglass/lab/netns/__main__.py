"""``python -m netglass.lab.netns CHANNEL PARENT``: what ``launch`` starts. Not for people."""

import socket
import sys

from netglass.lab.netns.director import direct

direct(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
