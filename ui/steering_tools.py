"""What the writer wants the model to know, and what it reads of it: notes and context, built and wired."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.engines.prompts import FittedPassage
from app.worker.engine_client import EngineClient
from ui.controllers.context_controller import ContextController
from ui.controllers.models_controller import ModelsController
from ui.controllers.notes_controller import NotesController
from ui.controllers.warm_controller import WarmController
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker
from ui.panels.context_panel import ContextPanel
from ui.panels.notes_panel import NotesPanel
from ui.panels.side_panels import SidePanels
from ui.theme import Theme

NOTES, CONTEXT = "notes", "context"  # panels and their commands


class SteeringTools(QObject):
    """The panels of notes and context, and what keeps them up to date."""

    def __init__(
        self,
        page: Page,
        panels: SidePanels,
        theme: Theme,
        client: EngineClient,
        models: ModelsController,
        prompts: PromptMaker,
        notes: NotesController,
        warm: WarmController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._models = models
        self._notes = notes
        self.notes_panel = NotesPanel()
        self.context_panel = ContextPanel(theme)
        panels.add(NOTES, self.tr("Notes"), self.notes_panel)
        panels.add(CONTEXT, self.tr("What the model reads"), self.context_panel)
        self.context = ContextController(page, prompts, client, models, self._is_watched, self)
        self.context.fitted.connect(self._show)
        panels.shown_changed.connect(self.context.look_now)
        self.notes_panel.edited.connect(self._on_edited)
        notes.replaced.connect(self._show_notes)
        notes.changed.connect(self.context.look)
        notes.changed.connect(warm.read_again)
        self._show_notes()

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            NOTES: lambda shown: self._panels.set_shown(NOTES, shown),
            CONTEXT: lambda shown: self._panels.set_shown(CONTEXT, shown),
        }

    def _is_watched(self) -> bool:
        return self._panels.shown in (NOTES, CONTEXT)

    @Slot()
    def _on_edited(self) -> None:
        self._notes.write(self.notes_panel.notes)

    @Slot()
    def _show_notes(self) -> None:
        self.notes_panel.show_notes(self._notes.notes)

    @Slot(object)
    def _show(self, passages: tuple[FittedPassage, ...]) -> None:
        model = self._models.description("causal")
        self.notes_panel.show_fitted(passages)
        if model is None:
            self.context_panel.show_nothing(self.tr("No model that continues text is loaded."))
        elif not any(one.tokens or one.cut for one in passages):
            self.context_panel.show_nothing(self.tr("Nothing yet: no text stands before the caret."))
        else:
            self.context_panel.show_fitted(passages, model.context_length)
