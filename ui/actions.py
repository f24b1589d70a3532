"""One table of commands: what they are called, where they stand and which keys they have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

Key = QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """A command of the menu bar.

    identifier: what handlers are found by; "" is a line between two groups.
    text: the menu's words, with the access key behind an ampersand.
    keys: shortcuts, the first of which the menu shows.
    """

    menu: str
    identifier: str = ""
    text: str = ""
    keys: tuple[str | Key, ...] = ()
    is_checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


FILE, EDIT, WRITE, VIEW, HELP = "&File", "&Edit", "&Write", "&View", "&Help"
RECENT = "recent"  # a submenu that fills itself

COMMANDS = (
    Command(FILE, "new", "&New", (Key.New,)),
    Command(FILE, "open", "&Open…", (Key.Open,)),
    Command(FILE, RECENT, "Open &Recent"),
    Command(FILE),
    Command(FILE, "save", "&Save", (Key.Save,)),
    Command(FILE, "save_as", "Save &As…", ("Ctrl+Shift+S",)),
    Command(FILE, "versions", "&Versions…", ("Ctrl+Shift+H",)),
    Command(FILE),
    Command(FILE, "preferences", "&Preferences…", ("Ctrl+,",), role=QAction.MenuRole.PreferencesRole),
    Command(FILE),
    Command(FILE, "quit", "&Quit", ("Ctrl+Q",), role=QAction.MenuRole.QuitRole),
    Command(EDIT, "undo", "&Undo", (Key.Undo,)),
    Command(EDIT, "redo", "&Redo", (Key.Redo, "Ctrl+Y")),
    Command(EDIT),
    Command(EDIT, "cut", "Cu&t", (Key.Cut,)),
    Command(EDIT, "copy", "&Copy", (Key.Copy,)),
    Command(EDIT, "paste", "&Paste", (Key.Paste,)),
    Command(EDIT, "select_all", "Select &All", (Key.SelectAll,)),
    Command(EDIT),
    Command(EDIT, "find", "&Find…", (Key.Find,)),
    Command(EDIT, "replace", "R&eplace…", ("Ctrl+H",)),
    Command(EDIT, "find_next", "Find &Next", ("F3",)),
    Command(EDIT, "find_previous", "Find Pre&vious", ("Shift+F3",)),
    Command(WRITE, "continue", "&Continue", ("Ctrl+Return", "Ctrl+Enter")),
    Command(WRITE, "stop", "&Stop", ("Esc",)),
    Command(WRITE, "next_take", "Ne&xt Take", ("Alt+Down",)),
    Command(WRITE, "previous_take", "Previo&us Take", ("Alt+Up",)),
    Command(WRITE, "retry", "&Retry", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")),
    Command(WRITE),
    Command(WRITE, "other_words", "&Other Words", ("Ctrl+.",)),
    Command(WRITE, "insert_word", "&Insert a Word", ("Ctrl+Shift+I",)),
    Command(WRITE),
    Command(WRITE, "needless_words", "&Words That Can Go", ("Ctrl+Shift+D",)),
    Command(WRITE, "flow", "Check the &Flow", ("F7",)),
    Command(WRITE, "next_mark", "&Next Mark", ("F8",)),
    Command(WRITE, "previous_mark", "&Previous Mark", ("Shift+F8",)),
    Command(WRITE, "clear_marks", "C&lear Marks"),
    Command(WRITE),
    Command(WRITE, "ghost", "Show &Ghost Text", is_checkable=True),
    Command(VIEW, "palette", "&Command Palette…", ("Ctrl+Shift+P",)),
    Command(VIEW, "next_area", "Ne&xt Part of the Window", ("F6",)),
    Command(VIEW, "previous_area", "&Previous Part of the Window", ("Shift+F6",)),
    Command(VIEW),
    Command(VIEW, "zoom_in", "Zoom &In", (Key.ZoomIn, "Ctrl+=")),
    Command(VIEW, "zoom_out", "Zoom &Out", (Key.ZoomOut,)),
    Command(VIEW, "zoom_reset", "&Usual Size", ("Ctrl+0",)),
    Command(VIEW),
    Command(VIEW, "notes", "&Notes", ("F9",), is_checkable=True),
    Command(VIEW, "context", "What the &Model Reads", ("Shift+F9",), is_checkable=True),
    Command(VIEW),
    Command(VIEW, "provenance", "Show &Who Wrote What", ("Ctrl+Shift+W",), is_checkable=True),
    Command(VIEW, "surprise", "Show Su&rprise", ("Ctrl+Shift+U",), is_checkable=True),
    Command(VIEW, "inside", "&Look Inside", ("Ctrl+Shift+L",), is_checkable=True),
    Command(VIEW, "statistics", "&Statistics…"),
    Command(VIEW, "acceptance", "&How Much Was Taken…"),
    Command(VIEW, "takes", "&Takes", ("Ctrl+Shift+T",), is_checkable=True),
    Command(VIEW),
    Command(VIEW, "full_screen", "&Full Screen", ("F11",), is_checkable=True),
    Command(HELP, "guide", "&Guide"),
    Command(HELP, "shortcuts", "&Keyboard Shortcuts", ("F1",)),
    Command(HELP),
    Command(HELP, "show_log", "Show &Log Folder"),
    Command(HELP, "about", "&About Inkling", role=QAction.MenuRole.AboutRole),
)


def build_menus(
    bar: QMenuBar, owner: QWidget, handlers: Mapping[str, Callable[..., object]], recent: QMenu
) -> dict[str, QAction]:
    """Fill the menu bar from the table and return the actions by their identifiers.

    Args:
        bar: the menu bar.
        owner: the widget whose focus makes the shortcuts work.
        handlers: what each command does; a checkable one gets its new state.
        recent: the submenu of recent files.

    Raises:
        KeyError: a command has no handler.
    """
    actions: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}
    for command in COMMANDS:
        menu = menus.setdefault(command.menu, QMenu(_translated(command.menu), bar))
        if not command.identifier:
            menu.addSeparator()
        elif command.identifier == RECENT:
            recent.setTitle(_translated(command.text))
            menu.addMenu(recent)
        else:
            actions[command.identifier] = _build(command, owner, handlers[command.identifier])
            menu.addAction(actions[command.identifier])
    for menu in menus.values():
        bar.addMenu(menu)
    return actions


def _build(command: Command, owner: QWidget, handler: Callable[..., object]) -> QAction:
    action = QAction(_translated(command.text), owner)
    action.setShortcuts(_sequences(command.keys))
    action.setMenuRole(command.role)
    action.setCheckable(command.is_checkable)
    if command.is_checkable:
        action.toggled.connect(handler)
    else:
        action.triggered.connect(lambda _checked: handler())
    owner.addAction(action)
    return action


def _sequences(keys: tuple[str | Key, ...]) -> list[QKeySequence]:
    sequences: list[QKeySequence] = []
    for key in keys:
        found = QKeySequence.keyBindings(key) if isinstance(key, Key) else [QKeySequence(key)]
        sequences += [sequence for sequence in found if sequence not in sequences]
    return sequences


def _translated(text: str) -> str:
    return QCoreApplication.translate("actions", text)
