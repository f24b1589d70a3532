"""Which models are loaded, and how they come to be."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot

from app.engines.prompts import Feed
from app.engines.protocols import ModelDescription, Role
from app.errors import InklingError
from app.models.library import Library
from app.settings import CAUSAL_MODEL, DEVICE, MASKED_MODEL, PRECISION, Setting, Settings
from app.worker.engine_client import EngineClient
from app.worker.messages import Event, Failed, Loading, Ready
from ui.async_tasks import AsyncTasks
from ui.notifications import Action, Notice, Notifications
from ui.starter_preparation import StarterPreparation

ONCE_IN_MS = 60_000  # models that are lost again so soon would be lost for ever
CHOICES: dict[Role, Setting[str]] = {"causal": CAUSAL_MODEL, "masked": MASKED_MODEL}


class ModelsController(QObject):
    """Loads the writer's models on the worker thread and keeps what is known of them.

    Args:
        client: the worker thread.
        library: where models are found.
        settings: the writer's choice of models and device.
        overrides: models named on the command line, which come before the settings.
        starter: prepares the starter model when it is first needed.
        tasks: runs that preparation.
        notifications: hears of failures.
    """

    about_to_change = Signal(str)  # role
    changed = Signal()
    progressed = Signal(object, str)  # fraction or None, what is being done

    def __init__(
        self,
        client: EngineClient,
        library: Library,
        settings: Settings,
        overrides: Mapping[Role, Path],
        starter: StarterPreparation,
        tasks: AsyncTasks,
        notifications: Notifications,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._library = library
        self._settings = settings
        self._overrides = dict(overrides)
        self._starter = starter
        self._tasks = tasks
        self._notifications = notifications
        self._loaded: dict[Role, ModelDescription] = {}
        self._requests: dict[Role, int] = {}
        self._is_preparing = False
        self._masked_waits = False  # for the causal model to be loaded
        self._preparation = (0.0, "")  # how far it has come, and what is being done
        self._since_loss = QElapsedTimer()
        self._load_actions = {
            role: Action(self.tr("Load the model"), partial(self.load, role)) for role in CHOICES
        }
        self._explained: dict[Role, tuple[Notice, bool]] = {}  # what was said, and whether one was loading
        self.changed.connect(self._withdraw_explanations)
        settings.subscribe(self._on_setting_changed)

    def load_all(self) -> None:
        """Load a model for each role, the one that continues text first, so that it can begin to."""
        self._masked_waits = True
        self.load("causal")
        if "causal" not in self._requests:
            self._load_masked()

    def load(self, role: Role) -> None:
        """Load the model that the writer chose for a role, in place of the one that is loaded."""
        self.about_to_change.emit(role)
        self._loaded.pop(role, None)
        self._client.cancel(self._requests.pop(role, 0))
        choice = str(self._overrides.get(role, self._settings[CHOICES[role]]))
        try:
            if role == "causal" and not choice and self._starter_can_be_prepared():
                self._prepare_starter()
                return
            folder = self._library.find(role, choice)
        except InklingError as error:
            self.changed.emit()
            self._notifications.report(error)
            return
        self._requests[role] = self._client.load(
            role,
            folder,
            self._settings[DEVICE],
            lambda event: self._on_event(role, event),
            self._settings[PRECISION],
        )
        self.changed.emit()

    def is_ready(self, role: Role) -> bool:
        """Tell whether a model for a role is loaded."""
        return role in self._loaded

    def is_loading(self, role: Role) -> bool:
        """Tell whether a model for a role is being prepared or loaded."""
        waits = self._is_preparing if role == "causal" else self._masked_waits
        return role in self._requests or waits

    def description(self, role: Role) -> ModelDescription | None:
        """Return what is known of the loaded model."""
        return self._loaded.get(role)

    def title(self, role: Role) -> str:
        """Return the name of the loaded model for people, or the empty string."""
        model = self._loaded.get(role)
        if model is None:
            return ""
        catalog = self._library.catalog
        return catalog[model.name].title if model.name in catalog else model.name

    @property
    def feed(self) -> Feed:
        """How the model that continues text is shown it; raw for one that is not known by name."""
        model = self._loaded.get("causal")
        return "raw" if model is None else self._library.feed_of(model.name)

    def explain_absence(self, role: Role) -> None:
        """Say why there is no model for a role at the moment."""
        if is_loading := self.is_loading(role):
            notice = self._notifications.inform(
                self.tr("The model is still being made ready. Try again in a moment.")
            )
        else:
            notice = self._notifications.warn(
                self.tr("No model is loaded for this."),
                self.tr("Choose one in Preferences, under Models."),
                self._load_actions[role],
            )
        self._explained[role] = notice, is_loading

    @Slot()
    def _withdraw_explanations(self) -> None:
        """Take back what was said of models that are there by now, or were loading then and are not now."""
        for role, (notice, was_loading) in list(self._explained.items()):
            if self.is_ready(role) or self.is_loading(role) != was_loading:
                del self._explained[role]
                self._notifications.withdraw(notice)

    @Slot(object)
    def load_lost(self, error: InklingError) -> None:
        """Say that the models were lost, and load them again unless that has just been done."""
        self._notifications.warn(error.message, error.hint)
        lost = tuple(self._loaded)
        self._loaded.clear()
        if not self._since_loss.isValid() or self._since_loss.hasExpired(ONCE_IN_MS):
            for role in lost:
                self.load(role)
        else:
            for role in lost:
                self.about_to_change.emit(role)
            self.changed.emit()
        self._since_loss.start()

    def _on_event(self, role: Role, event: Event) -> None:
        if event.request_id != self._requests.get(role):
            return
        match event:
            case Loading():
                self.progressed.emit(event.fraction, event.what)
                return
            case Ready():
                self._loaded[role] = event.model
            case Failed():
                self._notifications.warn(event.message, event.hint)
        del self._requests[role]
        self._show_what_is_left()
        self.changed.emit()
        self._load_masked()

    def _load_masked(self) -> None:
        if self._masked_waits:
            self._masked_waits = False
            self.load("masked")

    def _starter_can_be_prepared(self) -> bool:
        starter = self._library.catalog.default("causal")
        return not self._library.is_prepared(starter) and self._library.source(starter) is not None

    def _prepare_starter(self) -> None:
        if not self._is_preparing:
            self._is_preparing = True
            self._show_preparation(0.0, "Making the starter model ready, this once")
            self._tasks.start(self._prepare_and_load(), "prepare the starter model")
        self.changed.emit()

    async def _prepare_and_load(self) -> None:
        try:
            await self._starter.run(self._show_preparation)
        finally:
            self._is_preparing = False
            self._show_what_is_left()
            self.changed.emit()
        if not self._settings[CAUSAL_MODEL]:  # the writer may have chosen another one meanwhile
            self.load("causal")

    def _show_preparation(self, fraction: float, what: str) -> None:
        self._preparation = (fraction, what)
        self.progressed.emit(fraction, what)

    def _show_what_is_left(self) -> None:
        """Show the preparation again behind a model that was loaded meanwhile, or nothing."""
        if self._is_preparing:
            self.progressed.emit(*self._preparation)
        elif not self._requests:
            self.progressed.emit(None, "")

    def _on_setting_changed(self, setting: Setting[Any]) -> None:
        for role, choice in CHOICES.items():
            if setting is choice:
                self._overrides.pop(role, None)
            if setting in (choice, DEVICE) or (setting is PRECISION and role == "causal"):
                self.load(role)
