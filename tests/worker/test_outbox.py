import threading
import time

from app.engines.protocols import Token
from app.worker.messages import Finished, Loading, Tokens
from app.worker.outbox import Outbox


def never() -> bool:
    return False


class Bell:
    """Counts how often it was rung."""

    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1


def test_tokens_that_wait_together_leave_together_and_in_order() -> None:
    outbox = Outbox(Bell().ring)
    outbox.put(Loading(1, 0.0, "x"))
    for text in "abc":
        outbox.put_step(2, (Token(text, -1.0),), never)
    outbox.put(Finished(2, "stop"))
    outbox.put_step(3, (Token("d", -1.0),), never)
    events = outbox.take()
    assert [type(event) for event in events] == [Loading, Tokens, Finished, Tokens]
    assert [event.text for event in events if isinstance(event, Tokens)] == ["abc", "d"]
    assert outbox.take() == []


def test_tokens_of_two_requests_are_kept_apart() -> None:
    outbox = Outbox(Bell().ring)
    for request_id, text in [(1, "a"), (2, "b"), (1, "c")]:
        outbox.put_step(request_id, (Token(text, -1.0),), never)
    assert [(event.request_id, event.text) for event in outbox.take() if isinstance(event, Tokens)] == [
        (1, "a"), (2, "b"), (1, "c"),
    ]  # fmt: skip


def test_the_tokens_of_a_step_leave_together_however_soon_the_window_looks() -> None:
    left: list[list[int]] = []
    outbox = Outbox(lambda: left.append([event.take for event in outbox.take() if isinstance(event, Tokens)]))
    for _ in range(3):
        outbox.put_step(1, (Token("a", -1.0), None, Token("c", -1.0)), never)
    outbox.put_step(1, (None, None, None), never)
    assert left == [[0, 2]] * 3


def test_it_tells_once_that_it_is_filled_until_it_is_emptied() -> None:
    bell = Bell()
    outbox = Outbox(bell.ring)
    for text in "abc":
        outbox.put_step(1, (Token(text, -1.0),), never)
    outbox.put(Finished(1, "stop"))
    assert bell.rings == 1
    outbox.take()
    outbox.put(Finished(2, "stop"))
    assert bell.rings == 2


def test_a_full_box_makes_the_model_wait_and_loses_nothing() -> None:
    outbox = Outbox(Bell().ring, capacity=10)

    def fill() -> None:
        for number in range(500):
            outbox.put_step(1, (Token(f"{number} ", -1.0),), never)
        outbox.put(Finished(1, "stop"))

    thread = threading.Thread(target=fill)
    thread.start()
    text, most = "", 0
    while thread.is_alive() or not text.endswith("499 "):
        for event in outbox.take():
            if isinstance(event, Tokens):
                most = max(most, len(event.tokens))
                text += event.text
        time.sleep(0.0001)
    thread.join()
    assert text == "".join(f"{number} " for number in range(500))
    assert most <= 10


def test_a_cancelled_request_does_not_wait_for_room() -> None:
    outbox = Outbox(Bell().ring, capacity=2)
    outbox.put_step(1, (Token("a", -1.0),), never)
    outbox.put_step(1, (Token("b", -1.0),), never)
    outbox.put_step(1, (Token("c", -1.0),), lambda: True)
    (event,) = outbox.take()
    assert isinstance(event, Tokens)
    assert event.text == "ab"
