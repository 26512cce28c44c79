"""Join law and word with what was measured: order and effect, claim and evidence, pledge and indicator, dependence, effect of a law.

Nothing here is said of a network that the rule of ``publication`` does not let out.
"""
