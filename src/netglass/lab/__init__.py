"""A sealed network with censors inside, where the truth is known.

The lab imports ``wire`` and ``vocab`` only. ``fence`` says what it may touch, ``censor`` is what stands on a network's
path; both are used alike on virtual time and between network namespaces.
"""
