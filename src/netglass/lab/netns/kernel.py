"""What the lab asks of Linux and Python 3.11 has no call for: namespaces, dying with the parent, and a card's own work.

libc's wrappers are called, so no number of a system call has to be known.

**Source**: unshare(2), setns(2), network_namespaces(7), user_namespaces(7), PR_SET_PDEATHSIG(2const);
linux/ethtool.h for the numbers of the offloads.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct

CLONE_NEWUSER = 0x1000_0000
CLONE_NEWNET = 0x4000_0000

_PR_SET_PDEATHSIG = 1
_SIOCETHTOOL = 0x8946
_OFFLOADS = {"receive checksum": 0x15, "send checksum": 0x17, "scatter": 0x19, "TSO": 0x1F, "GSO": 0x24, "GRO": 0x2C}
"""Commands that set one. **Source**: linux/ethtool.h, ``ETHTOOL_S*``."""

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones.

    Raises:
        OSError: the kernel or its administrator does not allow it.
    """
    _call(_libc.unshare(flags))


def join_network(network: int) -> None:
    """Let this thread enter a network namespace, by its descriptor."""
    _call(_libc.setns(network, CLONE_NEWNET))


def open_own_network() -> int:
    """Return a descriptor of this thread's network namespace; it keeps the namespace alive."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends.

    Args:
        parent: number of the process that is the parent; if it is gone already, this process ends.
    """
    _call(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)


def turn_off_offloads(interface: str) -> None:
    """Have the kernel cut segments and compute checksums itself, so that packets are on the wire as they would be on a real one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for command in _OFFLOADS.values():
            value = ctypes.create_string_buffer(struct.pack("=II", command, 0))
            request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
            fcntl.ioctl(control, _SIOCETHTOOL, request)


def _call(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
