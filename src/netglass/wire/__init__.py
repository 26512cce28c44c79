"""Bytes of the wire and back: IP, TCP, UDP, ICMP, DNS, TLS and QUIC client hellos, HTTP heads.

Nothing here opens a socket, reads a clock or draws a random number; ids, numbers and randoms are arguments. So the same
code serves the lab's censor, the lab's network on virtual time and the probe, and every line can be tested with bytes.

One convention holds in the whole room:

- ``parse_*`` takes bytes that a stranger sent. It returns a record, or **None** for what is not such a thing, and never
  raises, whatever the bytes are. Checksums are not checked while parsing, since that costs as much as parsing or more:
  ``checksum.verify_*`` do that.
- ``build_*`` takes our own values and returns bytes with right lengths and checksums. What has no form on the wire (a
  label of 64 bytes) raises ``UsageError``; a number too large for its field is a defect of the caller and raises
  ``struct.error``. TCP's sequence numbers wrap by themselves.
- ``*Reader`` collects what comes in pieces: ``feed`` takes the next piece and returns a ``Progress``, like h11. What it
  remembers is bounded.
- Records are frozen. Addresses are packed (4 or 16 bytes, which also tells the version), text is what the wire held:
  nothing is lower-cased, decoded from A-labels or repaired.
"""
