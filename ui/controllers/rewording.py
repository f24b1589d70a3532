"""Another word in the place of one that stands on the page, and what becomes of the text behind it."""

from collections.abc import Callable

from PySide6.QtGui import QTextCursor

from app.assist.word_edits import Edit
from app.document.manuscript import Author
from ui.controllers.models_controller import ModelsController
from ui.editor.edits import carry_out
from ui.editor.page import Page
from ui.editor.plain_text import code_points
from ui.editor.sources import source_of_now

Rewrite = Callable[[int, int, str], object]  # (begin, end, lead), in UTF-16 code units of the page


class Rewording:
    """Puts a word that the model weighed in the place of the one that stands there, as one step for undo.

    In a passage that a model wrote, the model goes on from the new word and the rest of the passage goes. A
    word of the writer's own is only swapped: nothing behind it is touched.

    Args:
        page: where the word stands.
        models: names the model.
        rewrite: puts a lead in place of what stands between two places, and goes on from there.
    """

    def __init__(self, page: Page, models: ModelsController, rewrite: Rewrite) -> None:
        self._page = page
        self._models = models
        self._rewrite = rewrite

    def rewrites(self, word: QTextCursor) -> bool:
        """Tell whether another word in this place rewrites what follows."""
        return self._end_of_passage(word) > word.selectionStart()

    def put(self, word: QTextCursor, text: str) -> None:
        """Write `text` in the place of what `word` selects, unless an input method composes."""
        if self._page.is_composing:
            return
        begin, end = word.selectionStart(), self._end_of_passage(word)
        if end > begin:
            self._rewrite(begin, end, text)
            return
        block = word.block()
        paragraph = block.text()
        start = code_points(paragraph, begin - block.position())
        until = code_points(paragraph, word.selectionEnd() - block.position())
        edit = Edit(start, until, text, start + len(text))
        carry_out(edit, self._page, block, source_of_now(Author.WORD, self._models.title("causal")))

    def _end_of_passage(self, word: QTextCursor) -> int:
        """Return where the passage ends that a model wrote from this word on; its beginning where none did.

        A word is the model's if its first letter is. Words that were swapped within a passage belong to it.
        """
        begin, end = word.selectionStart(), word.selectionEnd()
        first = next(source for _, _, source in self._page.sources.spans(begin, end))
        if first.author is not Author.CONTINUATION:
            return begin
        last = self._page.document().characterCount() - 1
        for _, until, source in self._page.sources.spans(end, last):
            if source.author is Author.CONTINUATION:
                end = until
            elif source.author is not Author.WORD:
                break
        return end
