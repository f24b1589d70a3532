import random

from hypothesis import given
from hypothesis import strategies as st

from app.document.comparison import compare
from ui.dialogs.folding import PAGE_CHARACTERS, SHORTEST_FOLD, UNFOLDED, Fold, Folding


def paragraphs(count: int, *changed: int, words: str = "Paragraph {n} of many.") -> tuple[str, str]:
    """Return an old and a new text of so many paragraphs, some of which changed."""
    old = [words.format(n=n) for n in range(count)]
    new = [f"{line} Changed." if n in changed else line for n, line in enumerate(old)]
    return "\n\n".join(old), "\n\n".join(new)


def folding(count: int, *changed: int, words: str = "Paragraph {n} of many.") -> Folding:
    return Folding(compare(*paragraphs(count, *changed, words=words)))


def shown(folding: Folding) -> list[int]:
    return [row for piece in folding.pieces() if isinstance(piece, range) for row in piece]


def folds(folding: Folding) -> list[Fold]:
    return [piece for piece in folding.pieces() if isinstance(piece, Fold)]


@given(st.integers(1, 40), st.sets(st.integers(0, 39)))
def test_every_row_is_shown_or_folded_once(count: int, changed: set[int]) -> None:
    one = folding(count, *changed)
    rows = [n for piece in one.pieces() for n in (piece.rows if isinstance(piece, Fold) else piece)]
    assert rows == list(range(len(one.rows)))
    differing = {row for place in one.differences for row in place}
    assert differing <= set(shown(one))
    assert all(fold.paragraphs >= SHORTEST_FOLD or not one.differences for fold in folds(one))


def test_a_paragraph_stands_around_each_difference() -> None:
    one = folding(30, 10)
    assert shown(one) == [18, 19, 20, 21, 22]  # every other row is blank
    assert [(fold.paragraphs, fold.is_unchanged) for fold in folds(one)] == [(9, True), (18, True)]


def test_a_fold_of_few_rows_is_not_worth_its_words() -> None:
    assert not folds(folding(9, 3, 6))


def test_unfolding_shows_what_is_next_to_what_is_shown() -> None:
    one = folding(100, 50)
    before, behind = folds(one)
    assert one.unfold(before) == before.rows.stop - UNFOLDED
    assert one.unfold(behind) == behind.rows.start
    rows = shown(one)
    assert rows == list(range(before.rows.stop - UNFOLDED, behind.rows.start + UNFOLDED))
    assert [fold.paragraphs for fold in folds(one)] == [49 - UNFOLDED // 2, 48 - UNFOLDED // 2]


def test_what_does_not_fit_stands_on_other_pages() -> None:
    words = "Paragraph {n}, " + "which is long, " * 200
    one = folding(40, *range(0, 40, 2), words=words)
    seen: list[int] = []
    while True:
        rows = shown(one)
        assert (
            sum(len(one.rows[row].old or "") + len(one.rows[row].new or "") for row in rows)
            <= PAGE_CHARACTERS
        )
        seen += rows
        last = folds(one)[-1:]
        if not last or last[0].rows.start < rows[-1]:
            break
        assert not last[0].is_unchanged
        assert one.unfold(last[0]) == last[0].rows.start
    assert seen == list(range(len(one.rows)))
    first = folds(one)[0]
    assert one.unfold(first) == first.rows.stop - 1
    assert shown(one)[-1] == first.rows.stop - 1


def test_turns_to_the_page_of_a_difference() -> None:
    one = folding(400, *range(0, 400, 4), words="Paragraph {n}, " + "which is long, " * 60)
    chance = random.Random(0)
    for place in chance.sample(one.differences, 30):
        one.turn_to(place.start)
        assert place.start in shown(one)
        assert not one.turn_to(place.start)
