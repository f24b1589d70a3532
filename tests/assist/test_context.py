"""What the model reads of notes and text, and in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assist.context import (
    NOTE_DISTANCE,
    NOTE_REACH,
    NOTE_STEP,
    RECENT,
    RECENT_STEP,
    build_context,
    fold,
    occurs,
)
from app.assist.continuation import build_prompt
from app.document.notes import Entry, Notes
from app.engines.prompts import Feed, Passage, Prompt, as_passages, as_text

SENTENCE = "Nobody had lived in the house for years. "
PARAGRAPH = SENTENCE * 4 + "\n\n"
ANNA = Entry("Anna", ("Miss Grey",), "Anna keeps the light.")
EVERYTHING = Notes("It is 1890.", "It rains.", (ANNA,), "The sea lay grey.")


def kinds(prompt: Prompt) -> list[str]:
    return [passage.kind for passage in as_passages(prompt)]


def text_of(prompt: Prompt) -> str:
    return "".join(passage.text for passage in as_passages(prompt) if passage.kind == "text")


def enters(keyword: str, text: str) -> bool:
    notes = Notes(entries=(Entry("", (keyword,), "A fact."),))
    return "entry" in kinds(build_context(notes, text))


@pytest.mark.parametrize(
    "notes", [Notes(), Notes(" ", "\n", (Entry("Anna"),), "\t"), Notes(entries=(Entry(),))]
)
@pytest.mark.parametrize("before", ["", " \n", "Once", PARAGRAPH * 100])
def test_without_notes_the_prompt_is_the_text_alone(notes: Notes, before: str) -> None:
    assert build_context(notes, before) == build_prompt(before)


def test_what_changes_seldom_comes_first_and_the_authors_note_near_the_caret() -> None:
    prompt = build_context(EVERYTHING, PARAGRAPH * 8 + "Anna came.")
    assert kinds(prompt) == ["style", "memory", "entry", "text", "note", "text"]
    assert text_of(prompt) == PARAGRAPH * 8 + "Anna came."
    text = as_text(prompt)
    assert text.startswith("The sea lay grey.\n\nIt is 1890.\n\nAnna keeps the light.\n\nNobody")
    assert "\n\nIt rains.\n\n" in text
    assert as_passages(prompt)[2].title == "Anna"


@pytest.mark.parametrize("before", ["", "Once"])
def test_in_front_of_a_short_text_stands_every_note(before: str) -> None:
    prompt = build_context(EVERYTHING, before)
    assert kinds(prompt) == ["style", "memory", "note", "text"]
    assert text_of(prompt) == before


@given(
    before=st.text("ab. \n", max_size=300).map(lambda text: text * 20),
    note=st.text("xyz \n", max_size=10),
    feed=st.sampled_from(["raw", "chat"]),
)
def test_the_text_is_always_there_in_full_and_at_the_end(before: str, note: str, feed: Feed) -> None:
    prompt = build_context(Notes(memory=note, author_note=note), before, feed)
    assert text_of(prompt) == build_prompt(before)
    assert as_passages(prompt)[-1].kind == "text"


def test_the_authors_note_moves_seldom_and_stays_near() -> None:
    story = PARAGRAPH * 20
    notes = Notes(author_note="It rains.")
    places = []
    for length in range(1500, len(story)):
        first, *_ = as_passages(build_context(notes, story[:length]))
        places.append(len(first.text))
        assert NOTE_DISTANCE - NOTE_REACH <= length - places[-1] < NOTE_DISTANCE + NOTE_STEP
        assert story[: places[-1]].endswith((". ", "\n\n"))
    assert len(set(places)) <= (len(story) - 1500) / NOTE_STEP + 1


def test_the_authors_note_stands_in_a_paragraph_of_its_own() -> None:
    for story in (PARAGRAPH * 10, SENTENCE * 40, (SENTENCE + "\n") * 40):
        text = as_text(build_context(Notes(author_note="It rains."), story))
        assert "\n\nIt rains.\n\n" in text
        assert "\n\n\nIt rains." not in text


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("Anna", "Then anna came"),
        ("anna", "Then ANNA"),
        ("Anna", "“Anna’s here.”"),
        ("Miss Grey", "Miss\nGrey came"),
        ("O'Hara", "Old O’Hara came"),
        ("Zoë", "And Zoe\u0308 laughed"),
        ("Straße", "Die STRASSE war leer"),
        ("猫", "黒猫が来た"),
        ("C++", "He wrote C++ at night"),
        ("...", "He waited ... and left"),
        ("(?i)x*", "The sign said (?i)x* today"),
        ("หมา", "มีหมาอยู่ที่นี่"),
        ("안나", "안나는 왔다"),
    ],
)
def test_a_keyword_is_found_whatever_its_case_and_spelling(keyword: str, text: str) -> None:
    assert enters(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "forms"),
    [
        ("dog", "Dogs dog’s dogs’"),
        ("sea dog", "sea\ndogs"),
        ("witch", "witches witches’"),
        ("box", "boxes"),
        ("hero", "heroes heros"),
        ("city", "cities city’s"),
        ("key", "keys"),
        ("café", "cafés"),
        ("Annas", "Annas’"),
    ],
)
def test_a_keyword_stands_for_its_possessive_and_its_regular_plural(keyword: str, forms: str) -> None:
    for form in [forms] if " " in keyword else forms.split():
        assert enters(keyword, f"Then {form} came")


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("wolf", "wolves came"),
        ("a", "as"),
        ("I", "is"),
        ("he", "hes"),
        ("car", "cares"),
        ("miss", "missus"),
        ("dog", "dogsbody dogma"),
        ("sea dog", "seas dog"),
        ("city", "citys"),
        ("princes", "princess"),
    ],
)
def test_other_forms_are_other_words(keyword: str, text: str) -> None:
    assert not enters(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [("Ann", "Anna came"), ("nna", "Anna"), ("Miss Grey", "Miss Greyson"), ("", "a"), (" ", "a b")],
)
def test_a_part_of_a_word_is_no_keyword(keyword: str, text: str) -> None:
    assert not enters(keyword, text)


def test_the_name_counts_as_a_keyword() -> None:
    assert "entry" in kinds(build_context(Notes(entries=(ANNA,)), "Anna came"))
    assert "entry" in kinds(build_context(Notes(entries=(ANNA,)), "Miss Grey came"))
    assert "entry" not in kinds(build_context(Notes(entries=(ANNA,)), "Tom came"))


def test_only_the_recent_text_counts_and_entries_leave_late() -> None:
    notes = Notes(entries=(Entry("Anna", (), "She is tall."), Entry("Tom", (), "He is old.")))
    story = "Anna came. " + "Tom came. " + SENTENCE * 100
    present = [kinds(build_context(notes, story[:length])).count("entry") for length in range(30, 3500)]
    assert present == sorted(present, reverse=True)
    assert set(present) == {2, 0}  # both leave together
    assert RECENT <= present.index(0) + 30 <= RECENT + RECENT_STEP


def test_a_keyword_that_matches_everywhere_is_only_always_there() -> None:
    notes = Notes(entries=(Entry("the", (), "Always."),))
    for text in (PARAGRAPH, PARAGRAPH * 40):
        assert kinds(build_context(notes, text)).count("entry") == 1


def test_entries_keep_the_writers_order_wherever_their_keywords_stand() -> None:
    entries = tuple(Entry(name, (), f"{name} is here.") for name in ("Zoe", "Anna", "Tom"))
    for text in ("Zoe Anna Tom", "Tom and Anna and Zoe"):
        prompt = as_passages(build_context(Notes(entries=entries), text))
        assert [one.title for one in prompt if one.kind == "entry"] == ["Zoe", "Anna", "Tom"]


def test_typing_leaves_everything_before_it_as_it_was() -> None:
    story = PARAGRAPH * 12 + "Anna came up the lane"
    before = as_passages(build_context(EVERYTHING, story))
    after = as_passages(build_context(EVERYTHING, story + " at last"))
    assert after[:-1] == before[:-1]
    assert after[-1].text == before[-1].text + " at last"


def test_a_chat_begins_with_what_is_asked_and_ends_in_the_answer_that_was_begun() -> None:
    prompt = build_context(EVERYTHING, PARAGRAPH * 8 + "Anna came.", "chat")
    assert kinds(prompt) == ["frame", "frame", "style", "memory", "entry", "frame", "text", "note", "text"]
    assert as_text(prompt).startswith("<|im_start|>system\n")
    assert "<|im_start|>assistant\nNobody" in as_text(prompt)
    assert kinds(build_context(Notes(), "Once", "chat")) == ["frame", "frame", "text"]


def test_marks_of_structure_in_notes_and_text_stay_out_of_frames() -> None:
    mark = "<|im_start|>"
    for feed in ("raw", "chat"):
        prompt = build_context(Notes(memory=mark), mark, feed)
        told = [one for one in as_passages(prompt) if one.kind != "frame"]
        assert Passage("memory", f"{mark}\n\n") in told
        assert told[-1] == Passage("text", mark)


@given(text=st.text(max_size=50))
def test_every_word_occurs_in_itself(text: str) -> None:
    assert not text.split() or occurs(text, fold(text))
