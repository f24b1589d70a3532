"""What another program offers, by the clipboard or by dropping it, as text for the page."""

from PySide6.QtCore import QCoreApplication, QMimeData

from app.document.storage import LONGEST_PASTED_PARAGRAPH, has_paragraph_longer_than
from app.errors import InklingError
from ui.editor.rich_text import words_of

MOST_CHARACTERS = 20_000_000  # some four million words: Qt takes them in within a fifth of a second
MOST_HTML = 5_000_000  # characters with their tags, which take a second


def can_be_pasted(source: QMimeData) -> bool:
    """Tell whether there is text in it, or something that the writer should be told about."""
    return source.hasText() or source.hasHtml() or source.hasImage()


def pasted_text(source: QMimeData) -> str:
    """Return the text in it, with line feeds between paragraphs; nothing that it refers to is fetched.

    Rich text is asked for its words only where no plain text comes with it.

    Raises:
        InklingError: the page cannot take it; the words are for the writer.
    """
    text = source.text() or _words_in(source)
    if not text and can_be_pasted(source):
        raise InklingError(_tr("A picture cannot be pasted here."), _tr("The page holds text only."))
    if len(text) > MOST_CHARACTERS:
        raise _too_long()
    for line_end in ("\r\n", "\r", "\u2029"):
        text = text.replace(line_end, "\n")
    text = text.replace("\0", "")
    if has_paragraph_longer_than(LONGEST_PASTED_PARAGRAPH, text):
        message = _tr("A paragraph of more than {number} characters cannot be pasted.")
        raise InklingError(
            message.format(number=f"{LONGEST_PASTED_PARAGRAPH:,}"), _tr("Break it into lines first.")
        )
    return text


def _words_in(source: QMimeData) -> str:
    if not source.hasHtml():
        return ""
    if source.data("text/html").size() > MOST_HTML:
        raise _too_long()
    return words_of(source.html())


def _too_long() -> InklingError:
    return InklingError(_tr("This is too long to be pasted."), _tr("Save it as a text file and open that."))


def _tr(text: str) -> str:
    return QCoreApplication.translate("paste", text)
