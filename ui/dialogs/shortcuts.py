"""Every key on one page."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.actions import COMMANDS
from ui.page_keys import KEYS_ON_THE_PAGE, key_name

KEYS, TEXT = range(2)  # columns
OR = "   "  # between two keys that do the same
FIRST_RARE_KEY = Qt.Key.Key_F13  # from here on, keys that few keyboards have: F14, “Copy”, “Zoom In”
STYLE = "QTreeView { background: transparent; } QTreeView::item { padding: 2px 14px 2px 0; }"


class Shortcuts(QDialog):
    """Lists the keys of all commands, by menu, and those that mean something in one place only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._query = QLineEdit()
        self._query.setTextMargins(4, 2, 4, 2)
        self._tree = QTreeWidget()
        self._nothing = QLabel(self.tr("No key does that."))
        self._build()
        self._query.textChanged.connect(self._filter)

    def show_keys(self, actions: Mapping[str, QAction]) -> None:
        """Open the window, or bring it to the front."""
        self._fill(actions)
        self._query.clear()
        self._query.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what is listed: group, keys and what they do."""
        return [
            (group.text(KEYS), row.text(KEYS), row.text(TEXT))
            for group in self._groups()
            for row in (group.child(number) for number in range(group.childCount()))
            if not row.isHidden()
        ]

    def _fill(self, actions: Mapping[str, QAction]) -> None:
        self._tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for command in COMMANDS:
            if command.identifier in actions and actions[command.identifier].shortcuts():
                action = actions[command.identifier]
                title = QCoreApplication.translate("actions", command.menu).replace("&", "")
                self._add(groups, title, native_keys(action), plain_text(action))
        for entry in KEYS_ON_THE_PAGE:
            title = QCoreApplication.translate("keys", entry.place)
            text = QCoreApplication.translate("keys", entry.text)
            self._add(groups, title, OR.join(map(key_name, entry.keys)), text)
        self._tree.expandAll()
        self._tree.resizeColumnToContents(KEYS)

    def _add(self, groups: dict[str, QTreeWidgetItem], title: str, keys: str, text: str) -> None:
        if title not in groups:
            groups[title] = QTreeWidgetItem(self._tree, [title])
            font = self.font()
            font.setBold(True)
            groups[title].setFont(KEYS, font)
            groups[title].setFlags(Qt.ItemFlag.ItemIsEnabled)
            groups[title].setFirstColumnSpanned(True)
        row = QTreeWidgetItem(groups[title], [keys, text])
        row.setData(TEXT, Qt.ItemDataRole.AccessibleTextRole, f"{text}: {keys}")

    @Slot(str)
    def _filter(self, query: str) -> None:
        """Show the rows in which each word of the query stands."""
        words = query.casefold().split()
        found = False
        for group in self._groups():
            for number in range(group.childCount()):
                row = group.child(number)
                text = " ".join((group.text(KEYS), row.text(KEYS), row.text(TEXT))).casefold()
                row.setHidden(not all(word in text for word in words))
            is_empty = all(group.child(number).isHidden() for number in range(group.childCount()))
            group.setHidden(is_empty)
            found = found or not is_empty
        self._tree.setVisible(found)
        self._nothing.setVisible(not found)

    def _groups(self) -> list[QTreeWidgetItem]:
        root = self._tree.invisibleRootItem()
        return [root.child(number) for number in range(root.childCount())]

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Keyboard Shortcuts"))
        self._query.setPlaceholderText(self.tr("Find a key or what it does"))
        self._query.setAccessibleName(self.tr("Find a key or what it does"))
        tree = self._tree
        tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setItemsExpandable(False)
        tree.setIndentation(14)
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.header().setSectionResizeMode(KEYS, QHeaderView.ResizeMode.ResizeToContents)
        tree.setStyleSheet(STYLE)
        self._nothing.hide()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(self._query)
        column.addWidget(tree, 1)
        column.addWidget(self._nothing, 1)
        self.resize(560, 640)


def plain_text(action: QAction) -> str:
    """Return the words of a command, without access key and dots."""
    return action.text().replace("&", "").removesuffix("…")


def native_keys(action: QAction) -> str:
    """Return all shortcuts of a command as this platform writes them."""
    usual = (
        keys
        for keys in action.shortcuts()
        if keys[0].key() < FIRST_RARE_KEY  # type: ignore[index]
    )
    return OR.join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in usual)
