"""What the causal model does on the page, built and wired."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.settings import Settings
from app.worker.engine_client import EngineClient
from ui.controllers.continue_controller import ContinueController
from ui.controllers.ghost_controller import GhostController
from ui.controllers.insertion_controller import InsertionController
from ui.controllers.models_controller import ModelsController
from ui.controllers.notes_controller import NotesController
from ui.controllers.warm_controller import WarmController
from ui.editor.ghost_text import GhostText
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker
from ui.editor.prompt_window import PromptWindow
from ui.editor.surprise_tint import SurpriseTint
from ui.insight_tools import InsightTools
from ui.notifications import Notifications
from ui.panels.side_panels import SidePanels
from ui.steering_tools import SteeringTools
from ui.theme import Theme


class CausalTools(QObject):
    """Continuing the text, and what goes with it: the widgets on the page, the panels, their controllers."""

    def __init__(
        self,
        page: Page,
        panels: SidePanels,
        tint: SurpriseTint,
        theme: Theme,
        client: EngineClient,
        models: ModelsController,
        notes: NotesController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self.prompts = PromptMaker(PromptWindow(page.document()), lambda: notes.notes, lambda: models.feed)
        self.ghost = GhostText(page, theme, self)
        self.continuation = ContinueController(
            page, self.prompts, client, models, settings, notifications, self
        )
        self.insertion = InsertionController(
            page, self.prompts, client, models, settings, notifications, self.continuation, self
        )
        self.ghost_controller = GhostController(
            page, self.prompts, self.ghost, client, models, self.continuation, settings, self
        )
        self.warm = WarmController(page, self.prompts, client, models, self.continuation, self)
        self.continuation.streaming_changed.connect(self.insertion.stop)  # one at a time
        self.insertion.running_changed.connect(self.warm.start_over)
        self.insertion.running_changed.connect(self.ghost_controller.be_silent)
        self.steering = SteeringTools(
            page, panels, theme, client, models, self.prompts, notes, self.warm, self
        )
        self.insight = InsightTools(
            page,
            panels,
            tint,
            theme,
            self.prompts,
            client,
            models,
            self.continuation,
            settings,
            notifications,
            self,
        )

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            "continue": self.continue_text,
            "next_take": self.continuation.next_take,
            "previous_take": self.continuation.previous_take,
            "retry": self.continuation.retry,
            "takes": lambda shown: self._panels.set_shown("takes", shown),
            **self.insight.handlers(),
            **self.steering.handlers(),
        }

    @property
    def is_writing(self) -> bool:
        """Whether a continuation streams, or one is sought that leads into what follows."""
        return self.continuation.is_streaming or self.insertion.is_running

    @property
    def position(self) -> int:
        """Where that happens, in UTF-16 code units; -1 when nothing is being written."""
        return max(self.continuation.position, self.insertion.position)

    @Slot()
    def continue_text(self) -> None:
        """Continue at the caret: into what follows, where something does."""
        self.stop()
        if self.insertion.is_meant:
            self.insertion.start()
        else:
            self.continuation.start()

    @Slot()
    def stop(self) -> None:
        """End what is being written; what stands on the page stays."""
        self.continuation.stop()
        self.insertion.stop()

    @Slot()
    def let_go(self) -> None:
        """End what runs and drop what is shown: the text or the model is about to change."""
        self.stop()
        self.ghost_controller.be_silent()
        self.insight.let_go()
