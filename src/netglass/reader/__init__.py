"""Texts: laws, orders and statements into provisions with exact spans, versions compared, reused passages found.

Pure: bytes or text in, rows out. Every span can be given in characters of the original, so a stranger finds the passage again.

- ``document``, ``markup``: bytes of a file to text that can be compared, with the way back to the original.
- ``marker``, ``numeral``, ``provision``, ``locator``: articles, sections, recitals and paragraphs, and how they are named.
- ``date``, ``amendment``: what the head says of its dates; which articles of another law an amending text changes.
- ``token``, ``similarity``, ``assignment``, ``align``, ``change``, ``matter``, ``comparison``: two versions, provision by provision.
- ``shingle``, ``passage``, ``reuse``: passages that documents share.
"""
