"""Where raw data becomes observations: one package per source, bytes in and rows of ``vocab.table.OBSERVATIONS`` out.

Sources open the files that they are given and nothing else; they know neither the store nor any rule.
"""
