"""What is read of a page to compare it: the length of its body, and its title.

**Source**: ts-017-web-connectivity; a title is cut at 128 characters, as the test helper cuts it.
"""

from base64 import b64decode

from netglass.probe.record import Text

TITLE_CHARACTERS = 128
_TITLE_WITHIN = 1 << 16


def read_body(body: Text) -> bytes:
    """Return the bytes of a recorded body."""
    return body.encode() if isinstance(body, str) else b64decode(body.data)


def read_length(body: Text) -> int:
    """Return the length of a recorded body in bytes."""
    return len(read_body(body))


def read_title(body: Text) -> str:
    """Return the title of a recorded page, white space folded; empty where it has none."""
    return find_title(read_body(body))


def find_title(page: bytes | bytearray) -> str:
    """Return the title of a page, white space folded; empty where it has none."""
    head = bytes(page[:_TITLE_WITHIN])
    lower = head.lower()
    tag = lower.find(b"<title")
    begin = lower.find(b">", tag) + 1
    end = lower.find(b"</title", begin)
    if tag < 0 or not begin or end < 0:
        return ""
    return " ".join(head[begin:end].decode("utf-8", "replace").split())[:TITLE_CHARACTERS]
