"""Tables of others, read row by row: shutdowns, findings, series of indicators.

They are too many for one reviewed file a row, and nobody here reviewed them, so they stay tables beside the register, each pinned by the
hash of the file that it was read from, with licence and attribution. A row is loaded or counted with a reason; nothing is guessed.

Text that people wrote freely is not taken over, for it names persons: reporters, victims, officials. Of links only the host is kept,
since addresses of pages and accounts name people too. What is dropped is listed beside each reader.
"""
