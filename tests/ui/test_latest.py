import threading

from ui.background_queue import BackgroundQueue
from ui.dialogs.latest import Latest


def test_work_that_nobody_waits_for_is_not_begun(qtbot, background: BackgroundQueue) -> None:
    gate, begun, done = threading.Event(), [], []
    latest = Latest(background)
    background.run(gate.wait, lambda _: None, lambda _: None)
    for number in range(4):
        latest.run(lambda number=number: begun.append(number) or number, done.append, done.append)
    gate.set()
    qtbot.waitUntil(lambda: bool(done))
    assert (begun, done) == ([3], [3])


def test_what_was_forgotten_is_not_heard_of(qtbot, background: BackgroundQueue) -> None:
    latest, heard, behind = Latest(background), [], []
    latest.run(lambda: 1, heard.append, heard.append)
    latest.run(lambda: 1 / 0, heard.append, heard.append)
    latest.forget()
    background.run(lambda: 2, behind.append, behind.append)
    qtbot.waitUntil(lambda: behind == [2])
    assert not heard


def test_a_failure_is_heard_of(qtbot, background: BackgroundQueue) -> None:
    done, failed = [], []
    Latest(background).run(lambda: 1 / 0, done.append, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], ZeroDivisionError)
    assert not done
