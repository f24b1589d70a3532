import math
from collections.abc import Generator, Sequence

import pytest

from app.assist.ghost_draft import MOST_WORDS, draft, ends_sentence, least_sureness, visible
from app.engines.prompts import Passage, Prompt, as_passages, as_text
from app.engines.protocols import Checked, NextWord, Prefilled, Suggestion
from app.engines.scripted import ScriptedEngine

Weighed = Sequence[tuple[str, float]]  # words and their probabilities
MIDDLE = least_sureness(0.5)


class Story(ScriptedEngine):
    """Weighs the words of a story one after the other, as far as it has been told."""

    def __init__(self, *words: Weighed) -> None:
        super().__init__()
        self._story = words
        self.asked: list[Prompt] = []

    def next_words(self, prompt: Prompt, count: int) -> Generator[Prefilled | Checked, None, list[NextWord]]:
        self.asked.append(prompt)
        yield Prefilled(1, 1)
        told = len(self.asked) - 1
        weighed = self._story[told] if told < len(self._story) else ()
        return [NextWord(text, math.log(probability)) for text, probability in weighed][:count]


def write(
    story: Story, before: Prompt = "The", following: str = "", often: float = 0.5, choice: int = 0
) -> tuple[str, list[str]]:
    """Return the ghost text, and what was shown on the way."""
    return finish(draft(story, None, before, following, often, choice))


def finish(steps: Generator[Prefilled | Checked | str, None, str]) -> tuple[str, list[str]]:
    shown = []
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value, shown
        if isinstance(step, str):
            shown.append(step)


def surely(*texts: str, probability: float = 0.97) -> Story:
    return Story(*([(text, probability)] for text in texts))


def test_words_appear_one_after_the_other() -> None:
    assert write(surely(" quick", " brown", " fox")) == (
        " quick brown fox",
        [" quick", " quick brown", " quick brown fox"],
    )


def test_it_is_silent_when_the_first_word_is_unsure() -> None:
    story = Story([(" quick", MIDDLE - 0.01)], [(" fox", 0.99)])
    assert write(story) == ("", [])
    assert len(story.asked) == 1


def test_it_speaks_the_sooner_the_oftener_it_may() -> None:
    levels = [least_sureness(often / 10) for often in range(11)]
    assert levels == sorted(levels, reverse=True)
    for often, level in ((0.0, levels[0]), (1.0, levels[10])):
        assert write(Story([(" fox", level + 0.01)]), often=often)[0] == " fox"
        assert write(Story([(" fox", level - 0.01)]), often=often)[0] == ""


def test_it_stops_where_one_of_its_words_is_likely_wrong() -> None:
    first, second = Story([(" a", 0.6)], [(" b", 0.7)]), Story([(" a", 0.6)], [(" b", 0.4)])
    assert write(first)[0] == " a b"
    assert write(second)[0] == " a"


def test_each_word_is_asked_for_behind_those_before_it() -> None:
    story = surely(" quick", " fox", "’s")
    write(story, "The")
    assert [as_text(prompt) for prompt in story.asked[:3]] == ["The", "The quick", "The quick fox"]


def test_words_go_behind_the_text_and_leave_other_passages_alone() -> None:
    notes, page = Passage("memory", "Foxes are red.\n"), Passage("text", "The")
    story = surely(" quick", " fox")
    write(story, (notes, page))
    assert as_passages(story.asked[1]) == (notes, Passage("text", "The quick"))


def test_notes_are_no_text_to_go_on_from() -> None:
    story = surely(" quick")
    notes = Passage("memory", "Foxes are red.\n")
    assert write(story, (notes, Passage("text", ""))) == ("", [])
    assert story.asked == []


def test_the_masked_model_reads_the_page_and_no_notes() -> None:
    masked = Filler("brown", 0.9)
    prompt = Passage("memory", "Foxes are red.\n"), Passage("text", "The quick")
    finish(draft(Story(UNSURE), masked, prompt, " fox ran.", 0.5))
    assert [text for text, *_ in masked.passages] == ["The quick fox ran."]


@pytest.mark.parametrize("end", [".", "!", "?", "…", "。", ".”", '."'])
def test_it_stops_at_the_end_of_a_sentence(end: str) -> None:
    assert write(surely(" fox", end, " Then"))[0] == f" fox{end}"
    assert ends_sentence(f"fox{end}")


def test_it_is_never_long() -> None:
    assert len(write(surely(*[f" w{n}" for n in range(30)], probability=1.0))[0].split()) == MOST_WORDS


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (",", ""),
        (" “", ""),
        (" fox,", " fox,"),
        (" fox “", " fox"),
        (" —", ""),
        ("—and", "—and"),
        ("", ""),
        ("狐", "狐"),
    ],
)
def test_marks_alone_are_not_worth_showing(written: str, shown: str) -> None:
    assert visible(written) == shown


def test_a_mark_waits_for_its_word() -> None:
    assert write(surely(",", " and")) == (", and", [", and"])
    assert write(surely(",")) == ("", [])


@pytest.mark.parametrize("blank", ["", " ", "\n\n"])
def test_it_is_silent_where_nothing_is_written(blank: str) -> None:
    assert write(surely("The"), blank) == ("", [])


@pytest.mark.parametrize("choice", [1, 2])
def test_leafing_on_goes_on_from_the_next_best_word_however_unsure(choice: int) -> None:
    words = [(" a", 0.3), (" b", 0.01), (" c", 0.005)]
    assert write(Story(words, [(" fox", 0.9)], [(" or", 0.1)]), choice=choice)[0] == f"{words[choice][0]} fox"


def test_leafing_on_to_a_mark_shows_the_word_behind_it() -> None:
    words = [(" and", 0.3), (",", 0.2)]
    assert write(Story(words, [(" but", 0.2)], [(" not", 0.3)]), choice=1)[0] == ", but"


def test_leafing_beyond_the_last_word_is_silence() -> None:
    assert write(Story([(" a", 0.9)]), choice=3) == ("", [])


def test_behind_the_caret_it_stops_before_the_text_that_stands_there() -> None:
    assert write(surely("quick", " fox", " ran"), "The ", "fox ran.")[0] == "quick "
    assert write(surely(" quick", " fox"), "The", " fox ran.")[0] == " quick"
    assert write(surely("fox"), "The ", "fox ran.")[0] == ""
    assert write(surely("fox"), "The ", "foxes ran.")[0] == "fox "


@pytest.mark.parametrize(
    ("before", "following"),
    [("The lig", "hthouse"), ("हि", "न्दी"), ("cafe\u0301", "s"), ("caf", "e\u0301"), ("한", "국")],
)
def test_it_is_silent_within_a_word(before: str, following: str) -> None:
    assert write(surely("house"), before, following)[0] == ""


def test_where_no_spaces_are_between_words_it_is_not_within_one() -> None:
    assert write(surely("猫"), "白い", "がいる。")[0] == "猫"


def test_other_lines_are_not_in_its_way() -> None:
    assert write(surely("fox"), "The ", "\nfox ran.")[0] == "fox"


class Filler(ScriptedEngine):
    """A masked model that is sure of a word."""

    def __init__(self, word: str, probability: float) -> None:
        super().__init__(words=[])
        self._found = Suggestion(word, math.log(probability))

    def fill_gap(self, text: str, position: int, count: int) -> list[Suggestion]:
        self.passages.append((text, position, count))
        return [self._found]


UNSURE = [(" red", 0.3), (" brown", 0.25)]


def test_both_models_together_are_surer_than_one() -> None:
    masked = Filler("brown", 0.9)
    text, _ = finish(draft(Story(UNSURE), masked, "The quick", " fox ran.", 0.5))
    assert text == " brown"
    assert [(text, position) for text, position, _ in masked.passages] == [("The quick fox ran.", 9)]


def test_a_masked_model_that_means_another_word_changes_nothing() -> None:
    sure = Story([(" red", 0.6)])
    assert finish(draft(sure, Filler("lazy", 0.9), "The quick", " fox ran.", 0.5))[0] == " red"
    assert finish(draft(Story(UNSURE), Filler("lazy", 0.9), "The quick", " fox ran.", 0.5))[0] == ""


def test_a_word_that_the_other_model_never_weighed_stays_unlikely() -> None:
    hardly = Story([(" red", 0.3), (" brown", 0.001)])
    assert finish(draft(hardly, Filler("brown", 1.0), "The quick", " fox ran.", 0.5))[0] == ""


@pytest.mark.parametrize("following", ["", ".", "”", "\nThe fox ran."])
def test_without_words_behind_the_caret_the_masked_model_is_not_asked(following: str) -> None:
    masked = Filler("brown", 0.9)
    finish(draft(Story(UNSURE), masked, "The quick", following, 0.5))
    assert masked.passages == []
