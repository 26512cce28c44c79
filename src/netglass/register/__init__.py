"""The register: what states order, say and promise, as reviewed records with a source behind every field.

One YAML file is one record, one module is one kind of record. ``library`` reads and checks them, ``fact`` holds that no fact goes
without a source, ``casebook`` keeps real cases outside of the repository. What is measured is unknown here; ``assess`` joins the two.
"""
