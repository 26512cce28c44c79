"""Drafts: what an article, law or statement says, as unreviewed records with the characters behind every field.

Pure and without a model: tables of rules with stable ids. First the people are found and what befell them (``custody``, ``person``,
``mask``), so that no rule that runs later can see it. Then one module reads one kind of record. ``review`` makes records of drafts.
"""
