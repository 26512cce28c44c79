"""Fetch raw measurement files from a public bucket, in the bucket's own layout.

``layout`` knows which keys answer a question and is pure; ``bucket`` is the only module that talks to the network;
``ledger`` remembers what was fetched and checks it; ``fetch`` downloads what is missing. Nothing is parsed here: what
comes out is a folder that ``netglass ingest`` reads.
"""
