import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.alignment import Match, align, align_texts, align_words, gaps

words = st.lists(st.sampled_from(["the", "river", "rose", "and", "fell", " ", ","]), max_size=30)
texts = st.text(st.sampled_from("ab c.\n’é水"), max_size=60)


def taken_from(old, new, matches: list[Match]) -> bool:
    """Tell whether every match is one, in order, and none touches the next on both sides."""
    end = new_end = -1
    for begin, new_begin, length in matches:
        if length <= 0 or begin < end or new_begin < new_end or (begin, new_begin) == (end, new_end):
            return False
        end, new_end = begin + length, new_begin + length
        if old[begin:end] != new[new_begin:new_end]:
            return False
    return True


def longest_common_subsequence(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for a in old:
        before = row
        row = [0]
        for j, b in enumerate(new):
            row.append(before[j] + 1 if a == b else max(before[j + 1], row[j]))
    return row[-1]


@given(words, words)
def test_what_is_matched_is_the_same_and_in_order(old: list[str], new: list[str]) -> None:
    matches = align(old, new)
    assert taken_from(old, new, matches)
    assert sum(length for _, _, length in matches) <= longest_common_subsequence(old, new)


@given(st.permutations(list("abcdefgh")), st.permutations(list("abcdefgh")))
def test_of_short_sequences_it_finds_as_much_as_there_is(old: list[str], new: list[str]) -> None:
    assert sum(length for _, _, length in align(old, new)) == longest_common_subsequence(old, new)


@given(words, words)
def test_gaps_and_matches_cover_both(old: list[str], new: list[str]) -> None:
    matches = align(old, new)
    parts = list(gaps(matches, len(old), len(new)))
    both = zip(parts, (*matches, (0, 0, 0)), strict=True)
    put_together = [piece for (part, _), (i, _, n) in both for piece in old[part] + old[i : i + n]]
    assert put_together == old


@given(texts, texts)
def test_characters_are_matched_alike_by_lines_and_by_words(old: str, new: str) -> None:
    assert taken_from(old, new, align_texts(old, new))
    assert taken_from(old, new, align_words(old, new))


@given(texts)
def test_a_text_has_all_of_itself_in_common(text: str) -> None:
    whole = [(0, 0, len(text))] if text else []
    assert align_words(text, text) == whole
    assert sum(length for _, _, length in align_texts(text, text)) == len(text)


def test_a_word_is_matched_as_a_whole() -> None:
    assert align_words("the tide", "the tidy") == [(0, 0, 4)]
    assert align_words("don’t", "don") == []
    assert align_words("e\u0301tage", "etage") == []  # an accent that stands by itself belongs to its letter
    assert align_words("水火", "水土") == [(0, 0, 1)]


def test_rare_elements_count_before_common_ones() -> None:
    old = ["the"] * 200 + ["lantern"] + ["the"] * 100
    new = ["of"] + ["the"] * 100 + ["lantern"] + ["the"] * 200 + ["of"]
    assert (200, 101) in [(i + k, j + k) for i, j, n in align(old, new) for k in range(n)]


@pytest.mark.parametrize("vocabulary", [1, 2, 8, 1000])
def test_it_never_explodes(vocabulary: int) -> None:
    chance = random.Random(vocabulary)
    old = [f"w{chance.randrange(vocabulary)}" for _ in range(40_000)]
    new = ["new", *(f"w{chance.randrange(vocabulary)}" for _ in range(40_000)), "new"]
    begun = time.process_time()
    assert taken_from(old, new, align(old, new))
    assert time.process_time() - begun < 30  # the square would be minutes
