from app.engines.protocols import Sampling
from app.worker.inbox import Inbox
from app.worker.messages import FillGap, FindNeedless, Generate, SuggestWords, Warm

URGENT = (SuggestWords, FillGap)


def words(request_id: int) -> SuggestWords:
    return SuggestWords(request_id, "The fox", 4, 7, 8)


def test_requests_leave_in_their_order() -> None:
    inbox = Inbox()
    requests = [Warm(1, ""), Generate(2, "", Sampling(), 5), Warm(3, "")]
    for request in requests:
        inbox.put(request)
    assert [inbox.take() for _ in range(4)] == [*requests, None]


def test_words_come_first_and_in_their_own_order() -> None:
    inbox = Inbox()
    for request in (Warm(1, ""), words(2), Warm(3, ""), words(4)):
        inbox.put(request)
    assert [inbox.take() for _ in range(4)] == [words(2), words(4), Warm(1, ""), Warm(3, "")]


def test_only_words_are_urgent() -> None:
    inbox = Inbox()
    inbox.put(Warm(1, ""))
    assert inbox.take_of(URGENT) is None
    inbox.put(words(2))
    assert inbox.take_of(URGENT) == words(2)
    assert inbox.take() == Warm(1, "")


def test_a_gap_is_as_urgent_as_words_and_a_search_is_not() -> None:
    inbox = Inbox()
    search, gap = FindNeedless(1, "The fox", 0, 7), FillGap(2, "The fox", 3, 8)
    for request in (search, gap, words(3)):
        inbox.put(request)
    assert [inbox.take_of(URGENT) for _ in range(3)] == [gap, words(3), None]
    assert inbox.take() == search


def test_a_flag_holds_until_it_is_forgotten() -> None:
    inbox = Inbox()
    inbox.cancel(1)
    assert inbox.is_cancelled(1)
    assert not inbox.is_cancelled(2)
    inbox.forget(1)
    assert not inbox.is_cancelled(1)


def test_closing_cancels_everything() -> None:
    inbox = Inbox()
    inbox.close()
    assert inbox.is_cancelled(1)
    assert inbox.is_cancelled(99)
