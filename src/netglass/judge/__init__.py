"""From observations to verdicts: what one measurement says of one target, with every reason kept.

A pass over the window makes facts (``*.sql``): what each step of a measurement did, what the test helper did on the same endpoint,
and what *other* targets of the same run, network, client version and country did at the same time. Rules (``rule``) are a table of
predicates over these facts; each carries a log10-likelihood vector over five hypotheses. The strongest rule of a family counts, no
family weighs more than 2, and the sum with a stated prior gives the posterior (``likelihood``). A verdict (``verdict``) is *blocked*
only with an artefact of interference and a contrast that excludes its nearest innocent cause.

Judging is a set function of the window: late data re-judges it whole. Nothing here knows of laws, orders or countries' names.
"""
