"""Hierarchical precision and recall of mechanisms.

Both sides are expanded with all ancestors, so that ``tls.reset`` for ``tls.reset.sni`` is right as far as it goes. A
node below a truth node is no error, because the truth says no more: it is cut to the truth's depth first.

**Source**: hP = |P ∩ T| / |P|, hR = |P ∩ T| / |T| over ancestor-closed sets, Kiritchenko, Matwin, Famili, "Functional
annotation of genes using hierarchical text categorization" (2005).
"""

from collections.abc import Collection
from typing import NamedTuple

from netglass.vocab.mechanism import expand_all


class HierarchicalScore(NamedTuple):
    """Hierarchical precision, recall and F1 of one measurement, each 0 to 1."""

    precision: float
    recall: float
    f1: float


def cut_to_truth(path: str, truth: Collection[str]) -> str:
    """Return the deepest node of ``truth`` that ``path`` is or lies below, else ``path`` itself."""
    above = [node for node in truth if path == node or path.startswith(f"{node}.")]
    return max(above, key=len, default=path)


def score_mechanisms(truth: Collection[str], claimed: Collection[str]) -> HierarchicalScore:
    """Return the score of the ``claimed`` mechanisms against the ``truth``; two empty sides agree wholly."""
    wanted = expand_all(truth)
    said = expand_all(cut_to_truth(path, truth) for path in claimed)
    if not wanted or not said:
        same = float(wanted == said)
        return HierarchicalScore(same, same, same)
    shared = len(wanted & said)
    precision, recall = shared / len(said), shared / len(wanted)
    return HierarchicalScore(precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0)
