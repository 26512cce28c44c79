"""The words: states, mechanisms, failures, hypotheses, tables, errors, times and ids.

Every other room speaks with these words and this room imports none of them, so a word has one meaning and one
spelling everywhere: in Python, in SQL, in Parquet and in the documentation. OONI's own terms are kept as OONI
spells them; what is ours is defined here, once.
"""
