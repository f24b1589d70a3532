"""A pointer that rests on the page while Alt is held."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ui.editor.page import Page

REST_MS = 250


class AltHover(QObject):
    """Tells where the pointer comes to rest while Alt is held, and when it rests no more.

    A pointer that lies still tells nothing, for Alt belongs to many keys. Nothing is clicked: many window
    managers take clicks with Alt for moving windows; none takes hovering.
    """

    rested = Signal(QPoint)  # in the viewport
    left = Signal()

    def __init__(self, page: Page, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewport = page.viewport()
        self._viewport.setMouseTracking(True)
        self._point = QPoint()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest)
        page.installEventFilter(self)
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                is_hovering = event.modifiers() == Qt.KeyboardModifier.AltModifier and not event.buttons()
                self._follow(event.position().toPoint() if is_hovering else None)
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent):
                if event.key() != Qt.Key.Key_Alt:  # a key that is held repeats itself on some systems
                    self._follow(None)
            case (
                QEvent.Type.KeyRelease | QEvent.Type.Leave | QEvent.Type.MouseButtonPress | QEvent.Type.Wheel
            ):
                self._follow(None)
        return False

    def _follow(self, point: QPoint | None) -> None:
        if point is None:
            self._rest.stop()
            self.left.emit()
        elif point != self._point or not self._rest.isActive():
            self._point = point
            self._rest.start()

    @Slot()
    def _on_rest(self) -> None:
        self.rested.emit(self._point)
