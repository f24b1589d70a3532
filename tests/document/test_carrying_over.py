from hypothesis import given
from hypothesis import strategies as st

from app.document.carrying_over import carry_over
from app.document.manuscript import EARLIER, WRITER, Author, Manuscript, Source

MODEL = Source(Author.CONTINUATION, "SmolLM2", "2026-11-22T21:30:00Z")
texts = st.text(st.sampled_from("ab c.\n’é水𝒳"), max_size=40)
manuscripts = st.lists(st.tuples(texts, st.sampled_from([EARLIER, WRITER, MODEL])), max_size=6).map(
    lambda parts: Manuscript.of("".join(t for t, _ in parts), [(len(t), s) for t, s in parts])
)


def by_character(manuscript: Manuscript) -> list[tuple[str, Source]]:
    sources = [source for length, source in manuscript.runs for _ in range(length)]
    return list(zip(manuscript.text, sources, strict=True))


def is_part(part: list, whole: list) -> bool:
    rest = iter(whole)
    return all(element in rest for element in part)


@given(manuscripts)
def test_a_text_that_did_not_change_keeps_its_runs(manuscript: Manuscript) -> None:
    assert carry_over(manuscript, manuscript.text) == manuscript


@given(manuscripts, texts)
def test_nothing_is_ascribed_that_was_not_there(manuscript: Manuscript, text: str) -> None:
    carried = carry_over(manuscript, text)
    assert carried.text == text
    ascribed = [place for place in by_character(carried) if place[1] != EARLIER]
    assert is_part(ascribed, by_character(manuscript))


def test_new_words_are_earlier_and_the_others_keep_their_source() -> None:
    old = Manuscript.of(
        "I wrote this, and the model that.\nThe end.", [(13, WRITER), (20, MODEL), (9, WRITER)]
    )
    carried = carry_over(old, "By hand:\nI wrote this, and the quick model that.\nThe end.")
    sources = [EARLIER, WRITER, MODEL, EARLIER, MODEL, WRITER]
    assert carried.runs == tuple(zip([9, 13, 8, 6, 12, 9], sources, strict=True))


def test_what_was_removed_takes_its_runs_along() -> None:
    old = Manuscript.of("one two three four", [(4, WRITER), (10, MODEL), (4, WRITER)])
    assert carry_over(old, "one four").runs == ((8, WRITER),)
    assert carry_over(old, "").runs == ()
