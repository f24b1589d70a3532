from datetime import UTC, datetime

from app.assist.takes import Round, TakeHistory
from app.document.manuscript import WRITER, Author, Manuscript, Source

WHEN = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MODEL = Source(Author.CONTINUATION, "model")


def begun(history: TakeHistory, place: int, *texts: str) -> Round:
    return history.begin(place, WHEN, [Manuscript.of_one(text, MODEL) for text in texts])


def test_a_take_grows_and_knows_who_wrote_it() -> None:
    take = TakeHistory().begin(1, WHEN, [Manuscript.of_one("Or", WRITER)]).takes[0]
    take.write(" not", MODEL)
    take.write(".", MODEL)
    assert take.manuscript == Manuscript("Or not.", ((2, WRITER), (5, MODEL)))


def test_it_is_whole_at_its_last_length_and_where_steps_of_undo_began() -> None:
    (take,) = begun(TakeHistory(), 1, "one two three").takes
    take.note(3, is_step=True)
    take.note(5, is_step=False)
    take.note(7, is_step=False)
    take.note(9, is_step=True)
    assert [length for length in range(14) if take.is_whole("one two three"[:length])] == [7, 9]
    assert not take.is_whole("ONE two t")


def test_places_come_newest_first_without_what_was_never_written() -> None:
    history = TakeHistory()
    first = begun(history, 1, "a", "", "b")
    begun(history, 2, "", "")
    third = begun(history, 3, "c")
    again = begun(history, 1, "d")
    assert list(history.places()) == [(1, [again, first]), (3, [third])]
    assert [take.text for take in first.written] == ["a", "b"]
    history.forget()
    assert not list(history.places())
    assert history.take(first.takes[0].number) is None
    assert begun(history, 1, "e").takes[0].number > again.takes[0].number


def test_a_new_number_does_not_make_the_old_one_a_stranger() -> None:
    history = TakeHistory()
    told = begun(history, 1, "a")
    (take,) = told.takes
    old = take.number
    history.rename(take)
    assert take.number != old
    assert history.take(old) is history.take(take.number) is take
    assert history.round_of(take) is told


def test_beyond_its_room_the_oldest_go() -> None:
    history = TakeHistory(room=10)
    first = begun(history, 1, "aaaa", "bbbb")
    history.rename(first.takes[0])
    second = begun(history, 2, "cccc")
    begun(history, 3, "d")
    assert [place for place, _ in history.places()] == [3, 2]
    assert history.take(first.takes[0].number) is None
    assert history.take(second.takes[0].number) is second.takes[0]
