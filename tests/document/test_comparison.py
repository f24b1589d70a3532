import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.comparison import LONGEST, Row, compare, differences

OLD = "The river had risen.\n\nShe untied the rope and took up the oars.\n\nNobody answered."
texts = st.text(st.sampled_from("ab c.,\n’é水"), max_size=60)
lines = st.lists(st.sampled_from(["", "the river rose", "the river fell", "she went home", "*"]), max_size=12)


def marked(row: Row) -> tuple[str | None, str | None]:
    """Return both paragraphs with the words that changed in brackets."""
    return _marked(row.old, row.removed), _marked(row.new, row.added)


def _marked(text, spans):
    for begin, end in reversed(spans):
        text = f"{text[:begin]}[{text[begin:end]}]{text[end:]}"
    return text


def kept(text: str | None, spans) -> str:
    return "".join(c for i, c in enumerate(text or "") if not any(begin <= i < end for begin, end in spans))


def changed(old: str, new: str) -> list[tuple[str | None, str | None]]:
    return [marked(row) for row in compare(old, new) if not row.is_unchanged]


@given(st.one_of(texts, lines.map("\n".join)), st.one_of(texts, lines.map("\n".join)))
def test_the_rows_are_both_texts(old: str, new: str) -> None:
    rows = compare(old, new)
    assert "\n".join(row.old for row in rows if row.old is not None) == old
    assert "\n".join(row.new for row in rows if row.new is not None) == new


@given(texts, texts)
def test_what_is_not_marked_is_in_both(old: str, new: str) -> None:
    for row in compare(old, new):
        assert row.old is not None or row.new is not None
        assert kept(row.old, row.removed) == kept(row.new, row.added)


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not differences(compare(text, text))


def test_words_are_marked_within_a_paragraph() -> None:
    assert changed(OLD, OLD.replace("the rope", "a rope")) == [
        ("She untied [the] rope and took up the oars.", "She untied [a] rope and took up the oars.")
    ]
    assert changed(OLD, OLD.replace(" and took up the oars", "")) == [
        ("She untied the rope[ and took up the oars].", "She untied the rope.")
    ]


def test_a_comma_between_changed_words_has_changed_too() -> None:
    assert changed("It was brown, quick and loud.", "It was grey, slow and loud.") == [
        ("It was [brown, quick] and loud.", "It was [grey, slow] and loud.")
    ]


def test_a_new_paragraph_stands_alone() -> None:
    new = OLD.replace("\n\nNobody", "\n\nThe lantern swung twice.\n\nNobody")
    assert changed(OLD, new) == [(None, "[The lantern swung twice.]"), (None, "")]
    assert changed(new, OLD) == [("[The lantern swung twice.]", None), ("", None)]


def test_a_changed_paragraph_finds_its_partner_among_new_ones() -> None:
    new = OLD.replace("She untied the rope", "It rained.\nShe cut the rope").replace("river", "flood")
    assert changed(OLD, new) == [
        ("The [river] had risen.", "The [flood] had risen."),
        (None, "[It rained.]"),
        ("She [untied] the rope and took up the oars.", "She [cut] the rope and took up the oars."),
    ]


def test_paragraphs_that_have_nothing_in_common_are_marked_whole() -> None:
    assert changed("One two three.", "Quite another thing!") == [
        ("[One two three.]", "[Quite another thing!]")
    ]


def test_from_nothing_and_to_nothing() -> None:
    assert compare("", "") == []
    assert compare("", "a\n") == [Row(None, "a", (), ((0, 1),)), Row(None, "")]
    assert compare("a", "") == [Row("a", None, ((0, 1),), ())]


def test_differences_are_runs_of_rows() -> None:
    new = OLD.replace("river", "flood").replace("Nobody answered.", "Nobody spoke.\nIt was dark.")
    assert differences(compare(OLD, new)) == [range(0, 1), range(4, 6)]


def test_a_long_line_is_cut_behind_sentences() -> None:
    chance = random.Random(1)
    sentences = [f"Sentence {n} has {' '.join(chance.choices(OLD.split(), k=9))} in it." for n in range(2000)]
    old = " ".join(sentences)
    new = old.replace("Sentence 700 has", "Sentence 700 had").replace(
        "Sentence 20 has", "Sentence 20 once had"
    )
    rows = compare(old, new)
    assert max(len(row.old or "") for row in rows) <= LONGEST
    assert "".join(row.old or "" for row in rows) == old
    assert "".join(row.new or "" for row in rows) == new
    assert len(differences(rows)) == 2
    assert [kept(row.old, row.removed) for row in rows] == [kept(row.new, row.added) for row in rows]


@pytest.fixture(scope="module")
def novel() -> str:
    """A million words in 20,000 paragraphs, with blank lines between them."""
    chance = random.Random(7)
    vocabulary = [
        f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "ver", "lla", "st", "m")
    ]
    paragraphs = (" ".join(chance.choices(vocabulary, k=50)) + "." for _ in range(20_000))
    return "\n\n".join(paragraphs)


def edited(text: str, edits: int) -> str:
    chance = random.Random(3)
    for _ in range(edits):
        place = chance.randrange(len(text))
        removed = chance.choice([0, 8, 30, 900])
        inserted = chance.choice(["", " some new words", "\n\nA new paragraph, unlike all others.\n\n"])
        text = text[:place] + inserted + text[place + removed :]
    return text


def test_a_novel_with_500_edits_is_compared_in_a_moment(novel: str) -> None:
    new = edited(novel, 500)
    begun = time.process_time()
    rows = compare(novel, new)
    assert time.process_time() - begun < 20  # the square would be minutes
    assert 300 < len(differences(rows)) <= 1_000
    assert sum(len(kept(row.old, row.removed)) for row in rows) > 0.97 * len(new)
