"""How sources are called, and how text from them looks."""

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt
from PySide6.QtGui import QColor, QTextCharFormat

from app.document.manuscript import Author, Source
from ui.theme import Colours

Underline = QTextCharFormat.UnderlineStyle


def look_of(author: Author, colours: Colours) -> QTextCharFormat:
    """Return a tint for text of an author, and a line below it for whoever cannot tell the tints apart.

    What the writer typed stands on the bare paper.
    """
    tint, style, line = {
        Author.WRITER: ("", Underline.NoUnderline, ""),
        Author.EARLIER: (colours.earlier, Underline.NoUnderline, ""),
        Author.CONTINUATION: (colours.continued, Underline.DotLine, colours.accent),
        Author.WORD: (colours.swapped, Underline.SingleUnderline, colours.accent),
        Author.PASTED: (colours.pasted, Underline.DashUnderline, colours.pasted_mark),
    }[author]
    look = QTextCharFormat()
    if tint:
        look.setBackground(QColor(tint))
    if line:
        look.setUnderlineStyle(style)
        look.setUnderlineColor(QColor(line))
    return look


def title_of(source: Source) -> str:
    """Return whose words they are."""
    return {
        Author.WRITER: _translated("Typed by hand"),
        Author.CONTINUATION: _by_model(source, "Continued by {model}", "Continued"),
        Author.WORD: _by_model(source, "Other words from {model}", "Other words"),
        Author.PASTED: _translated("Pasted"),
        Author.EARLIER: _translated("There earlier"),
    }[source.author]


def title_with_time(source: Source) -> str:
    """Return whose words they are, and since when, in this machine's time."""
    when = QDateTime.fromString(source.when, Qt.DateFormat.ISODate).toLocalTime()
    if not when.isValid():
        return title_of(source)
    day = QLocale().toString(when.date(), QLocale.FormatType.LongFormat)
    time = QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    return _translated("{source}: {day}, {time}").format(source=title_of(source), day=day, time=time)


def _by_model(source: Source, named: str, unnamed: str) -> str:
    return _translated(named).format(model=source.model) if source.model else _translated(unnamed)


def _translated(text: str) -> str:
    return QCoreApplication.translate("sources", text)
