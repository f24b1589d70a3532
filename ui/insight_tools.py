"""Looking inside the causal model, built and wired: what it weighed, and what surprised it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.settings import SURPRISE, Settings
from app.worker.engine_client import EngineClient
from ui.controllers.continue_controller import ContinueController
from ui.controllers.inside_controller import InsideController
from ui.controllers.inside_hover import InsideHover
from ui.controllers.models_controller import ModelsController
from ui.controllers.rewording import Rewording
from ui.controllers.surprise_controller import SurpriseController
from ui.controllers.word_weigher import WordWeigher
from ui.editor.alt_hover import AltHover
from ui.editor.choice_popup import ChoicePopup
from ui.editor.page import Page
from ui.editor.prompt_maker import PromptMaker
from ui.editor.surprise_tint import SurpriseTint
from ui.notifications import Notifications
from ui.panels.inside_panel import InsidePanel
from ui.panels.side_panels import SidePanels
from ui.theme import Theme

INSIDE = "inside"  # the panel


class InsightTools(QObject):
    """The panel and the list of words that the model weighed, and the tint of words that surprised it."""

    def __init__(
        self,
        page: Page,
        panels: SidePanels,
        tint: SurpriseTint,
        theme: Theme,
        prompts: PromptMaker,
        client: EngineClient,
        models: ModelsController,
        streams: ContinueController,
        settings: Settings,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._settings = settings
        rewording = Rewording(page, models, streams.rewrite)
        self.panel = InsidePanel(theme)
        panels.add(INSIDE, self.tr("Look Inside"), self.panel)
        self.inside = InsideController(
            page, self.panel, WordWeigher(prompts.at, client, self), rewording, models, streams, self
        )
        self.popup = ChoicePopup(page, theme)
        self.hover = InsideHover(
            page,
            AltHover(page, self),
            self.popup,
            WordWeigher(prompts.aside, client, self),
            rewording,
            models,
            streams,
            self,
        )
        self.surprise = SurpriseController(page, tint, client, models, streams, settings, notifications, self)
        panels.shown_changed.connect(self._on_panel_changed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands do, by their identifiers."""
        return {
            "inside": lambda shown: self._panels.set_shown(INSIDE, shown),
            "surprise": lambda shown: self._settings.change(SURPRISE, shown),
        }

    @Slot()
    def let_go(self) -> None:
        """End what runs and drop what is shown: the text or the model is about to change."""
        self.inside.let_go()
        self.hover.let_go()
        self.surprise.forget()

    @Slot(str)
    def _on_panel_changed(self, shown: str) -> None:
        self.inside.on_panel_changed(shown == INSIDE)
