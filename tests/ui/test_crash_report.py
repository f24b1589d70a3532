import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from ui.dialogs.crash_report import CrashDialog, CrashReporter


@pytest.fixture
def window(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def reporter(window: QWidget, caplog: pytest.LogCaptureFixture) -> Iterator[CrashReporter]:
    reporter = CrashReporter(window)
    hooks = sys.excepthook, threading.excepthook
    reporter.install()
    yield reporter
    sys.excepthook, threading.excepthook = hooks
    caplog.clear()


def fail(text: str) -> None:
    raise ValueError(text)


def caught(text: str = "the manuscript") -> ValueError:
    try:
        fail(text)
    except ValueError as error:
        return error
    raise AssertionError


def dialogs(window: QWidget) -> list[CrashDialog]:
    return window.findChildren(CrashDialog)


def test_an_uncaught_exception_is_shown_without_its_message(qtbot, window, reporter, caplog) -> None:
    with caplog.at_level(logging.CRITICAL, "ui"):
        error = caught()
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    report = dialogs(window)[0].findChild(QPlainTextEdit).toPlainText()
    assert "builtins.ValueError" in report
    assert "in fail" in report
    assert "Inkling" in report
    assert "manuscript" not in report
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_the_report_can_be_copied(qtbot, window, reporter) -> None:
    reporter.report(caught())
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    dialog = dialogs(window)[0]
    copy = next(button for button in dialog.findChildren(QPushButton) if "Copy" in button.text())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.findChild(QPlainTextEdit).toPlainText()


def test_one_dialog_at_a_time_and_a_new_one_after_it(qtbot, window, reporter) -> None:
    reporter.report(caught())
    reporter.report(caught())
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    qtbot.wait(20)
    assert len(dialogs(window)) == 1
    assert not dialogs(window)[0].isModal()
    qtbot.keyClick(dialogs(window)[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialogs(window))
    reporter.report(caught())
    qtbot.waitUntil(lambda: bool(dialogs(window)))


def test_a_thread_that_fails_is_reported_in_the_window(qtbot, window, reporter) -> None:
    thread = threading.Thread(target=fail, args=("secret",))
    args = threading.ExceptHookArgs((ValueError, caught("secret"), None, thread))
    thread = threading.Thread(target=threading.excepthook, args=(args,))
    thread.start()
    thread.join()
    assert not dialogs(window)
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    assert "secret" not in dialogs(window)[0].findChild(QPlainTextEdit).toPlainText()
