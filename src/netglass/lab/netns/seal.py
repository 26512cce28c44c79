"""Network namespaces of the lab: the first of them is empty and private, and all others are made from within it.

No namespace has a name or a mount. Descriptors keep them, so they go with the processes that hold these, and what is in
them goes too: interfaces, addresses, routes, rules. Nothing is left to be cleaned up after a crash.

As root only the network is left. Anyone else leaves the user namespace in the same step and is root inside of it, where
the system allows that. **Source**: network_namespaces(7), user_namespaces(7).
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netglass.lab.netns.kernel import CLONE_NEWNET, CLONE_NEWUSER, join_network, open_own_network, unshare
from netglass.vocab.error import LabError

_LOOPBACK = "lo"


class Namespace:
    """A network namespace.

    Args:
        descriptor: of it; it stays open as long as the process lives.
        home: the namespace in which this process is otherwise.
    """

    def __init__(self, descriptor: int, home: int) -> None:
        self.descriptor, self._home = descriptor, home

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let this thread, and what it starts, be in the namespace for a while."""
        join_network(self.descriptor)
        try:
            yield
        finally:
            join_network(self._home)

    def open_socket(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        """Return a new socket of the namespace, which does not block."""
        with self.inside():
            opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened


def seal_network() -> int:
    """Leave the network for a new one in which there is nothing, and return a descriptor of it.

    Raises:
        LabError: the machine does not allow it, or there is an interface beside ``lo``, even so.
    """
    before = os.stat("/proc/thread-self/ns/net").st_ino
    user, group = os.geteuid(), os.getegid()
    try:
        unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET)
        if user != 0:
            _become_root(user, group)
    except OSError as error:
        raise LabError(
            f"this machine lets user {user} make no network namespace ({error.strerror}): run the lab as root, allow"
            " unprivileged user namespaces, or use the simulated backend"
        ) from error
    if os.stat("/proc/thread-self/ns/net").st_ino == before:
        raise LabError("the lab is still in the machine's own network and refuses to go on")
    require_empty_network()
    return open_own_network()


def require_empty_network() -> None:
    """Demand that this thread's network has no interface but its own loopback, by two ways of asking.

    Raises:
        LabError: it has.
    """
    names = {name for _, name in socket.if_nameindex()}
    lines = Path("/proc/thread-self/net/dev").read_text(encoding="ascii").splitlines()[2:]
    names |= {line.partition(":")[0].strip() for line in lines}
    if names != {_LOOPBACK}:
        found = ", ".join(sorted(names - {_LOOPBACK})) or "not even lo"
        raise LabError(f"the lab's network is not empty ({found}) and the lab refuses to go on")


def make_namespace(home: int) -> Namespace:
    """Return a new namespace, made from within ``home``, where this thread stays."""
    unshare(CLONE_NEWNET)
    try:
        require_empty_network()
        return Namespace(open_own_network(), home)
    finally:
        join_network(home)


def _become_root(user: int, group: int) -> None:
    """Map our user and group to root of the new user namespace."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
