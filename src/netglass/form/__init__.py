"""Files that people type: YAML read as text alone, strict models, and faults that name file, line, column and a way out.

Scenarios of the lab and records of the register are read through here, so both refuse the same things in the same words.
"""
