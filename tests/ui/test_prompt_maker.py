"""What the model reads for a place on the page, with notes and either way of feeding."""

import pytest
from PySide6.QtGui import QTextDocument

from app.assist.context import build_context
from app.document.notes import Notes
from app.engines.prompts import Feed, as_text
from app.engines.scripted import ScriptedEngine
from app.models.catalog import Bundle, Catalog, KnownModel
from app.settings import GHOST
from tests.ui.conftest import Sit
from ui.editor.prompt_maker import PromptMaker
from ui.editor.prompt_window import PromptWindow

STORY = "Nobody had lived there for years.\n\nAnna came up the lane."


@pytest.mark.parametrize("feed", ["raw", "chat"])
@pytest.mark.parametrize("notes", [Notes(), Notes("It is 1890.", "It rains.")])
def test_a_place_is_read_with_the_notes_and_as_the_model_is_fed(notes: Notes, feed: Feed) -> None:
    document = QTextDocument(STORY)
    maker = PromptMaker(PromptWindow(document), lambda: notes, lambda: feed)
    placed = maker.at(12)
    assert placed.before == STORY[:12]
    assert placed.prompt == build_context(notes, STORY[:12], feed)
    assert as_text(placed.prompt).endswith(STORY[:12])
    assert isinstance(placed.prompt, str) == (feed == "raw" and not notes)


@pytest.mark.parametrize("feed", ["raw", "chat"])
def test_a_model_is_fed_as_the_catalog_says(sit_down: Sit, feed: Feed, tmp_path) -> None:
    engine = ScriptedEngine((" on",))
    writer = sit_down(engine)
    writer.inkling.settings.change(GHOST, False)
    assert writer.inkling.models.feed == "raw"  # nothing is known of a folder of the writer's own
    model = KnownModel("script", "Script", "causal", "", Bundle(tmp_path, ""), feed)
    writer.inkling.models._library.catalog = Catalog((model,))
    assert writer.inkling.models.feed == feed
    writer.type("Anna")
    writer.continue_text()
    writer.wait_for_stream()
    assert engine.prompts == [as_text(build_context(Notes(), "Anna", feed))]
    assert writer.text == "Anna on"
