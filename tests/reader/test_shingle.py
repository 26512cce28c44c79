"""Winnowing keeps its promise: what is long enough and shared is found."""

from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.shingle import SIZES, WINDOWS, hash_grams, winnow

HASH = 15_710_569_704_164_882_756
"""Of "light the old lantern"; another value would make stored results of no use."""

LETTERS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@given(LETTERS, LETTERS, LETTERS, LETTERS, st.lists(st.sampled_from("abcdefgh"), min_size=10, max_size=20))
def test_a_shared_run_leaves_a_shared_fingerprint(
    a: list[str], b: list[str], c: list[str], d: list[str], run: list[str]
) -> None:
    size, window = SIZES["zh"], WINDOWS["zh"]
    assert len(run) >= size + window - 1
    left, right = (hash_grams([*x, *run, *y], size) for x, y in ((a, b), (c, d)))
    assert set(left[winnow(left, window)].tolist()) & set(right[winnow(right, window)].tolist())


def test_few_of_many_are_kept_and_the_hash_is_the_same_everywhere() -> None:
    words = [f"w{n}" for n in range(1000)]
    hashes = hash_grams(words, 4)
    assert len(winnow(hashes, 5)) < len(hashes) / 2
    assert int(hash_grams(["light", "the", "old", "lantern"], 4)[0]) == HASH


def test_a_text_shorter_than_an_n_gram_has_no_fingerprint() -> None:
    assert len(winnow(hash_grams(["a"], 4), 3)) == 0
