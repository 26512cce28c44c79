"""How far a reader of pieces has come: a message is cut by TCP segments, TLS records or QUIC frames at any byte."""

from enum import Enum


class Progress(Enum):
    """What a reader says after each piece."""

    MORE = "more"
    """What came so far may be the begin of such a message."""

    DONE = "done"
    """The message is complete and stands in the reader; later pieces change nothing."""

    OTHER = "other"
    """This is no such message, or it is longer than the reader remembers; later pieces change nothing."""
