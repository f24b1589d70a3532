"""Spaces, line breaks and ends of a text that is put between two others."""

import pytest

from app.assist.gap import first_sentence, gap_between, last_sentence


def filled(before: str, following: str, text: str) -> list[str]:
    """Return the whole text with each of the ways to fill its gap, marked by bars."""
    gap = gap_between(before, following)
    return [f"{before}|{gap.lead}{way.text}|{following}" for way in gap.ways(0, text, False)]


@pytest.mark.parametrize(
    ("before", "text", "following", "expected"),
    [
        # between sentences
        ("He ran. ", "She slept. It was", "Night fell on them.", "He ran. |She slept. |Night fell on them."),
        ("He ran.", " She slept. It was", " Night fell.", "He ran.| She slept.| Night fell."),
        ("He ran.", " She slept. It was", "Night fell.", "He ran.| She slept. |Night fell."),
        ("He ran.", "\n\nShe slept. It was", " Night fell.", "He ran.| She slept.| Night fell."),
        # at a paragraph's end, in front of a new one
        ("He ran.", " She slept. It was", "\n\nNight fell.", "He ran.| She slept.|\n\nNight fell."),
        ("He ran.", "\nShe slept. It was", "\n\nNight fell.", "He ran.|\n\nShe slept.|\n\nNight fell."),
        # on an empty line
        ("He ran.\n", "She slept. It", "\nNight fell.", "He ran.\n|\nShe slept.\n|\nNight fell."),
        ("He ran.\n\n", "\nShe slept. It", "\n\nNight fell.", "He ran.\n\n|She slept.|\n\nNight fell."),
        ("One.\nHe ran.\n", "She slept. It", "\nNight.\nDay.", "One.\nHe ran.\n|She slept.|\nNight.\nDay."),
        # in front of everything, and in Chinese
        ("", "\n She slept. It was", "Night fell.", "|She slept. |Night fell."),
        ("他跑了。", "她睡了。那是", "夜幕降临。", "他跑了。|她睡了。|夜幕降临。"),
    ],
)
def test_what_stands_around_comes_out_right(before: str, text: str, following: str, expected: str) -> None:
    assert filled(before, following, text)[0] == expected


def test_it_may_end_wherever_a_sentence_ends_but_within_speech_and_abbreviations() -> None:
    text = ' Mr. Smith slept. "No. Never," he said. It was dark. Very'
    assert filled("He ran.", "\nNight fell.", text) == [
        "He ran.| Mr. Smith slept.|\nNight fell.",
        'He ran.| Mr. Smith slept. "No. Never," he said.|\nNight fell.',
        'He ran.| Mr. Smith slept. "No. Never," he said. It was dark.|\nNight fell.',
    ]


def test_it_ends_before_it_says_what_follows() -> None:
    text = " She slept. Night fell on the hill and all was dark. It was"
    assert filled("He ran.", " Night fell on them.", text) == ["He ran.| She slept.| Night fell on them."]


def test_it_ends_with_its_paragraph() -> None:
    assert filled("He ran.", " Night.", " She slept. It rained.\n\nOne. Two.")[-1] == (
        "He ran.| She slept. It rained.| Night."
    )


@pytest.mark.parametrize(
    ("before", "following", "expected"),
    [
        ("the old", ". Night fell.", "the old| dog|. Night fell."),
        ("the old ", " and slept.", "the old |dog| and slept."),
        ("the old", "and slept.", "the old| dog |and slept."),
        ("the old", "” he said.", "the old| dog|” he said."),
    ],
)
def test_in_mid_sentence_a_few_words_lead_into_the_rest(before: str, following: str, expected: str) -> None:
    text = "dog ran home. It was" if before.endswith(" ") else " dog ran home. It was"
    found = filled(before, following, text)
    assert found[0] == expected
    assert len(found) == 2  # the word that the sentence ends with goes with its full stop


def test_in_mid_sentence_it_stops_where_the_rest_begins() -> None:
    found = filled("the old", " and slept all night.", " dog ran and slept all day. It")
    assert found[-1] == "the old| dog| and slept all night."


def test_one_without_an_end_is_cut_off_at_a_word() -> None:
    [way] = gap_between("He ran.", "\nNight.").ways(0, " She went on and on and o", False)
    assert (way.text, way.is_whole) == (" She went on and on and", False)


def test_one_that_ends_within_speech_is_not_whole() -> None:
    [way] = gap_between("He ran.", "\nNight.").ways(0, ' "No. And never again', False)
    assert not way.is_whole


@pytest.mark.parametrize("text", ["", " ", '"', "\n\n", " …"])
def test_without_a_word_it_is_nothing(text: str) -> None:
    assert not gap_between("He ran.", "\nNight.").ways(0, text, True)


def test_no_more_is_wanted_behind_the_last_end() -> None:
    gap = gap_between("He ran.", "\nNight fell on them.")
    assert not gap.is_done(" She slept. It rained. It")
    assert gap.is_done(" One. Two. Three. F")
    assert gap.is_done(" She slept.\n\nThen")
    assert gap.is_done(" She slept. Night fell on")


def test_sentences_next_to_the_gap() -> None:
    assert last_sentence("He ran. Mr. Smith slept.\n\n") == "Mr. Smith slept."
    assert last_sentence("He ran. She went") == "She went"
    assert first_sentence("\n\nMr. Smith slept. He ran.") == "Mr. Smith slept."
    assert last_sentence("") == first_sentence(" ") == ""
