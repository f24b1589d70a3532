"""One small editor for each kind of setting; each shows the setting's value and changes it at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from app.settings import Kind, Setting
from ui.announcements import announce
from ui.fonts import PROSE_FAMILY

NUMBER_WIDTH = 130  # pixels; one width for all sets them in a column
SLIDER_WIDTH = 220  # pixels
Change = Callable[[Any], None]


def words(text: str) -> str:
    """Return the translation of a text from the table of settings."""
    return QCoreApplication.translate("settings", text)


def editor_for(setting: Setting[Any], change: Change) -> "SettingEditor":
    """Return the editor for `setting`; it calls `change` with each value that the writer chooses."""
    by_kind = {
        Kind.CHOICE: ChoiceEditor,
        Kind.FOLDER: FolderEditor,
        Kind.FONT: FontEditor,
        Kind.SLIDER: SliderEditor,
    }
    by_type = {bool: SwitchEditor, int: NumberEditor, float: NumberEditor}
    kind = by_kind.get(setting.kind) or by_type.get(type(setting.default)) or TextEditor
    return kind(setting, change)


class SettingEditor(QWidget):
    """A widget that edits one value; `focus_target` is what a label's shortcut and a reader should reach."""

    def __init__(self, setting: Setting[Any], target: QWidget) -> None:
        super().__init__()
        self.setting = setting
        self.focus_target = target
        self.setFocusProxy(target)
        target.setAccessibleName(words(setting.title))
        target.setAccessibleDescription(words(setting.help))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(target)

    def show_value(self, value: Any) -> None:
        """Show `value` without telling anybody."""
        with QSignalBlocker(self.focus_target):
            self._show(value)

    def _show(self, value: Any) -> None:
        raise NotImplementedError


class SwitchEditor(SettingEditor):
    """A check box that carries the setting's title."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        self._box = QCheckBox(words(setting.title))
        super().__init__(setting, self._box)
        self._box.toggled.connect(change)

    def _show(self, value: Any) -> None:
        self._box.setChecked(value)


class NumberEditor(SettingEditor):
    """A spin box with the setting's bounds, step and unit; scrolling past it changes nothing."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        self._box = _spin_box(setting)
        super().__init__(setting, self._box)
        self._row.addStretch()
        self._box.setMinimumWidth(NUMBER_WIDTH)
        self._box.setKeyboardTracking(False)
        self._box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wheel = WheelGuard(self._box)
        self._box.valueChanged.connect(change)

    def _show(self, value: Any) -> None:
        self._box.setValue(value)


class SliderEditor(SettingEditor):
    """A slider between words for the least and the most; a screen reader hears in words where it stands."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        self._slider = QSlider(Qt.Orientation.Horizontal)
        super().__init__(setting, self._slider)
        self._change = change
        self._step = setting.step or 0.1
        self._least = setting.minimum or 0.0
        steps = round((_bound(setting.maximum, 1.0) - self._least) / self._step)
        self._slider.setRange(0, steps)
        self._slider.setPageStep(max(steps // (len(setting.degrees) - 1), 1))
        self._slider.setFixedWidth(SLIDER_WIDTH)
        self._row.insertWidget(0, QLabel(words(setting.degrees[0])))
        self._row.addWidget(QLabel(words(setting.degrees[-1])))
        self._row.addStretch()
        self._wheel = WheelGuard(self._slider)
        self._slider.valueChanged.connect(self._on_moved)

    def _show(self, value: Any) -> None:
        self._slider.setValue(round((value - self._least) / self._step))
        self._describe()

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        self._change(round(self._least + step * self._step, 6))
        self._describe()
        announce(self._slider, self._degree())

    def _degree(self) -> str:
        degrees = self.setting.degrees
        return words(degrees[round(self._slider.value() / self._slider.maximum() * (len(degrees) - 1))])

    def _describe(self) -> None:
        self._slider.setAccessibleDescription(f"{self._degree()}. {words(self.setting.help)}")


class ChoiceEditor(SettingEditor):
    """A combo box with the words for each choice."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        self._box = QComboBox()
        super().__init__(setting, self._box)
        self._row.addStretch()
        self._change = change
        self._wheel = WheelGuard(self._box)
        for value, label in self._choices():
            self._box.addItem(label, value)
        self._box.currentIndexChanged.connect(self._on_chosen)

    def _choices(self) -> list[tuple[str, str]]:
        return [(value, words(label)) for value, label in self.setting.choices]

    def _show(self, value: Any) -> None:
        if self._box.findData(value) < 0:
            self._box.addItem(value, value)
        self._box.setCurrentIndex(self._box.findData(value))

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self._change(self._box.itemData(index))


class FontEditor(ChoiceEditor):
    """The installed typefaces below the one that comes with Inkling.

    `QFontComboBox` fills itself anew whenever fonts change and would lose the first entry.
    """

    def _choices(self) -> list[tuple[str, str]]:
        bundled = self.tr("{family} (comes with Inkling)").format(family=PROSE_FAMILY)
        families = [
            family
            for family in QFontDatabase.families()
            if QFontDatabase.isScalable(family) and not QFontDatabase.isPrivateFamily(family)
        ]
        return [("", bundled), *((family, family) for family in families if family != PROSE_FAMILY)]


class TextEditor(SettingEditor):
    """A line of text that counts when the writer leaves it or presses Return."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        self._line = QLineEdit()
        super().__init__(setting, self._line)
        self._change = change
        self._line.editingFinished.connect(self._on_finished)

    def _show(self, value: Any) -> None:
        self._line.setText(value)

    @Slot()
    def _on_finished(self) -> None:
        self._change(self._line.text().strip())


class FolderEditor(TextEditor):
    """A line for a folder and a button that looks for it."""

    def __init__(self, setting: Setting[Any], change: Change) -> None:
        super().__init__(setting, change)
        self._line.setMinimumWidth(260)
        self._line.setClearButtonEnabled(True)
        self._line.setPlaceholderText(self.tr("Comes with Inkling"))
        browse = QPushButton(self.tr("Browse…"))
        browse.setAccessibleName(self.tr("Browse for: {title}").format(title=words(setting.title)))
        browse.clicked.connect(self._browse)
        self._row.addWidget(browse)

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, words(self.setting.title), self._line.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, folder: str) -> None:
        self._line.setText(folder)
        self._change(folder)


class WheelGuard(QObject):
    """Leaves the wheel to the page behind unless the widget has the focus."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.Wheel and not self._widget.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _spin_box(setting: Setting[Any]) -> QSpinBox | QDoubleSpinBox:
    box: QSpinBox | QDoubleSpinBox
    if isinstance(setting.default, float):
        box = QDoubleSpinBox()
        step = setting.step or 0.1
        box.setDecimals(max(len(f"{step:g}".partition(".")[2]), 1))
        box.setRange(_bound(setting.minimum, -1e9), _bound(setting.maximum, 1e9))
        box.setSingleStep(step)
    else:
        box = QSpinBox()
        box.setRange(int(_bound(setting.minimum, -(2**31))), int(_bound(setting.maximum, 2**31 - 1)))
        box.setSingleStep(int(setting.step or 1))
    box.setSuffix(words(setting.unit) if setting.unit else "")
    box.setStepType(QAbstractSpinBox.StepType.DefaultStepType)
    return box


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
