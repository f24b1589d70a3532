import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_leave_the_count_of_none_alone() -> None:
    """PySide6 6.12.0 on Python 3.11 does not, and the program dies once the count reaches nothing."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert sys.getrefcount(None) > before - 500
