import threading
import time

from ui.background_queue import BackgroundQueue


def test_work_is_done_elsewhere_in_order_and_answered_here(qtbot) -> None:
    disk = BackgroundQueue("test")
    threads, answers = [], []

    def work(number: int) -> int:
        threads.append(threading.current_thread())
        time.sleep(0.02 * (3 - number))
        return number

    for number in range(3):
        disk.run(
            lambda number=number: work(number),
            lambda n: answers.append((n, threading.current_thread())),
            print,
        )
    assert not disk.is_idle
    qtbot.waitUntil(lambda: disk.is_idle)
    assert [number for number, _ in answers] == [0, 1, 2]
    assert {thread for _, thread in answers} == {threading.main_thread()}
    assert len(set(threads)) == 1
    assert threading.main_thread() not in threads
    assert disk.close(30_000)


def test_a_failure_is_answered_and_the_next_work_is_done(qtbot) -> None:
    disk = BackgroundQueue("test")
    errors, answers = [], []
    disk.run(lambda: 1 // 0, answers.append, errors.append)
    disk.run(lambda: "done", answers.append, errors.append)
    qtbot.waitUntil(lambda: disk.is_idle)
    assert [type(error) for error in errors] == [ZeroDivisionError]
    assert answers == ["done"]
    assert disk.close(30_000)


def test_closing_waits_for_the_work_but_not_for_ever(qtbot) -> None:
    disk = BackgroundQueue("test")
    may_end = threading.Event()
    done = []
    disk.run(lambda: done.append(may_end.wait(10)), print, print)
    assert not disk.close(50)
    may_end.set()
    assert disk.close(30_000)
    assert done == [True]
