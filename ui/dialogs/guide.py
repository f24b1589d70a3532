"""The guide: a page of Markdown with pictures, and its headings beside it."""

from importlib.resources import files

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

FOLDER = files("resources") / "guide"
SIDE_WIDTH = 190
MARGIN = 24  # pixels around the text
PIXELS = 2  # of a picture, for each of the window's
RESIZED_MS = 100  # loading all pictures takes some 0.3 s


class Guide(QDialog):
    """Shows `resources/guide/guide.md`; it is read when it is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headings = QListWidget()
        self._text = GuideText()
        self._build()
        self._headings.currentRowChanged.connect(self._go_to)

    @Slot()
    def show_guide(self) -> None:
        """Open the window, or bring it to the front."""
        self.show()
        self.raise_()
        self.activateWindow()
        if not self._headings.count():  # the page has its width by now, for which the pictures are loaded
            self._text.show_markdown((FOLDER / "guide.md").read_text(encoding="utf-8"))
            for title in self._text.headings():
                QListWidgetItem(title, self._headings)
            self._headings.setCurrentRow(0)
        self._headings.setFocus()

    @Slot(int)
    def _go_to(self, row: int) -> None:
        if row >= 0:
            self._text.go_to_heading(row)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Guide"))
        self._headings.setObjectName("side")  # for the theme
        self._headings.setAccessibleName(self.tr("Sections"))
        self._headings.setFixedWidth(SIDE_WIDTH)
        self._headings.setFrameShape(QListWidget.Shape.NoFrame)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 0, 0)
        row.addWidget(self._headings)
        row.addWidget(self._text, 1)
        self.resize(940, 720)


class GuideText(QTextBrowser):
    """The page itself; pictures are never wider than it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Guide"))
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the pictures reckon with it
        self.setOpenExternalLinks(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.document().setDocumentMargin(MARGIN)
        self._room = 0  # for which the pictures are loaded
        self._fit = QTimer(self, singleShot=True, interval=RESIZED_MS)
        self._fit.timeout.connect(self._fit_pictures)
        self.viewport().installEventFilter(self)

    def show_markdown(self, text: str) -> None:
        """Show a text."""
        self._room = self._width_for_pictures()
        self.setMarkdown(text)

    def headings(self) -> list[str]:
        """Return the titles of the sections."""
        return [cursor.block().text() for cursor in self._sections()]

    def go_to_heading(self, number: int) -> None:
        """Scroll a section to the top."""
        place = self._sections()[number]
        self.setTextCursor(place)
        top = self.document().documentLayout().blockBoundingRect(place.block()).top()
        self.verticalScrollBar().setValue(round(top) - MARGIN // 2 if number else 0)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: D102, N802
        picture = FOLDER / QUrl(name).path()
        if kind != QTextDocument.ResourceType.ImageResource.value or not picture.is_file():
            return None
        image = QImage.fromData(picture.read_bytes())
        image.setDevicePixelRatio(PIXELS)
        width = self._width_for_pictures()
        if 0 < width < image.deviceIndependentSize().width():
            ratio = self.devicePixelRatioF()
            smooth = Qt.TransformationMode.SmoothTransformation
            image = image.scaledToWidth(round(width * ratio), smooth)
            image.setDevicePixelRatio(ratio)
        return image

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if watched is self.viewport() and event.type() == QEvent.Type.Resize:
            self._fit.start()
        return super().eventFilter(watched, event)

    @Slot()
    def _fit_pictures(self) -> None:
        """Load the pictures anew, if there is another width for them now."""
        if self._room == self._width_for_pictures():
            return
        self._room = self._width_for_pictures()
        document = self.document()
        for name in self._pictures():
            url = QUrl(name)
            kind = QTextDocument.ResourceType.ImageResource
            document.addResource(kind.value, url, self.loadResource(kind.value, url))
        document.markContentsDirty(0, document.characterCount())

    def _width_for_pictures(self) -> int:
        return self.viewport().width() - 2 * MARGIN

    def _pictures(self) -> set[str]:
        names = set()
        block = self.document().begin()
        while block.isValid():
            for span in block.textFormats():
                if span.format.isImageFormat():
                    names.add(span.format.toImageFormat().name())
            block = block.next()
        return names

    def _sections(self) -> list[QTextCursor]:
        block, found = self.document().begin(), []
        while block.isValid():
            if block.blockFormat().headingLevel():
                found.append(QTextCursor(block))
            block = block.next()
        return found
