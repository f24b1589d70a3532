"""The main job: the real program with its real models in a real window."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.paths import Paths
from app.settings import GHOST, GHOST_PAUSE, MAX_NEW_TOKENS, SEED
from app.worker.engine_process import EngineProcess
from tests.ui.conftest import CTRL, KEY, Writer, begin, close
from ui.application import Inkling, WindowOptions
from ui.program import HOST_ENGINES, own_command
from ui.running import end_program

SLOW_MS = 150_000  # that models may take where they have the smallest share of a busy machine
SHIFT = Qt.KeyboardModifier.ShiftModifier
STORY = (
    "The old house stood at the end of the lane, and nobody had lived in it for years.\n\n"
    "Anna came up the lane on a cold morning in March. She carried a small bag and a heavy letter."
)


@pytest.fixture
def writer(qtbot, qapp: QApplication, tmp_path: Path, starter_model: Path) -> Iterator[Writer]:
    options = WindowOptions(model=starter_model, data_dir=tmp_path)
    engines = EngineProcess(own_command(HOST_ENGINES))
    inkling = Inkling(qapp, Paths.under(tmp_path), options, engines.create_engine)
    writer = Writer(qtbot, inkling)
    begin(qtbot, inkling)
    ready = inkling.models.is_ready
    try:
        writer.wait_for(lambda: ready("causal") and ready("masked"), timeout=SLOW_MS)
        yield writer
    finally:
        assert end_program(inkling, engines)
        close(inkling)


def test_between_two_paragraphs_it_leads_into_the_second(writer: Writer) -> None:
    writer.inkling.settings.change(MAX_NEW_TOKENS, 40)
    writer.inkling.settings.change(SEED, 7)
    before, _, following = STORY.partition("\n\n")
    writer.paste_all(STORY)
    writer.place_caret(len(before))
    writer.continue_text()
    assert writer.inkling.causal_tools.insertion.is_running
    writer.wait_for(lambda: not writer.inkling.causal_tools.is_writing, timeout=SLOW_MS)
    assert writer.text.startswith(before)
    assert writer.text.endswith("\n\n" + following)
    written = writer.text.removeprefix(before).removesuffix("\n\n" + following)
    assert written.rstrip().endswith((".", "!", "?", "”", '"')), written
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == STORY


def test_continue_streams_words_and_a_word_is_swapped(writer: Writer) -> None:
    writer.inkling.settings.change(MAX_NEW_TOKENS, 24)
    writer.inkling.settings.change(SEED, 7)
    writer.paste_all(STORY)
    writer.continue_text()
    lengths: list[int] = []
    writer.page.textChanged.connect(lambda: lengths.append(len(writer.text)))
    writer.wait_for(lambda: not writer.inkling.continuation.is_streaming, timeout=SLOW_MS)
    written = writer.text.removeprefix(STORY)
    assert len(written.split()) > 8, written
    assert "<|" not in written
    assert written.isprintable() or "\n" in written
    assert len(set(lengths)) > 2  # it came in pieces
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == STORY

    writer.continue_text()  # the same seed gives the same text, from the kept keys and values
    writer.wait_for(lambda: not writer.inkling.continuation.is_streaming, timeout=SLOW_MS)
    assert writer.text.removeprefix(STORY) == written
    writer.press(KEY.Key_Z, CTRL)

    writer.double_click("small")
    popup = writer.inkling.masked_tools.word_popup
    writer.wait_for(popup.isVisible)
    words = popup.words()
    assert len(words) == 8
    assert "small" not in words
    assert {"little", "tiny", "large", "big"} & set(words), words
    assert all(word.isalpha() for word in words)
    writer.qtbot.keyClick(popup, KEY.Key_Return)
    assert writer.text == STORY.replace("small", words[0])


def test_a_word_is_tried_in_its_sentence_and_the_article_follows(writer: Writer) -> None:
    writer.paste_all("Anna put it down. It was a strange letter.")
    text = writer.text
    writer.double_click("strange")
    tools = writer.inkling.masked_tools
    popup, preview = tools.word_popup, tools.word_preview
    writer.wait_for(popup.isVisible)
    assert "odd" in popup.words(), popup.words()
    row = popup.words().index("odd")
    assert not preview.isVisible()
    while popup.currentRow() != row or not preview.isVisible():
        writer.qtbot.keyClick(popup, KEY.Key_Down)
    assert preview.text == "an odd"
    assert writer.text == text
    writer.qtbot.keyClick(popup, KEY.Key_Return)
    assert not preview.isVisible()
    assert writer.text == "Anna put it down. It was an odd letter."
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == text


def test_three_takes_are_written_swapped_and_undone(writer: Writer) -> None:
    writer.inkling.settings.change(MAX_NEW_TOKENS, 80)  # it is not over before a take is swapped
    writer.inkling.settings.change(SEED, 7)
    writer.paste_all(STORY)
    writer.continue_text()
    writer.wait_for(lambda: len(writer.text) > len(STORY) + 10, timeout=SLOW_MS)
    writer.press(KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    swapped = writer.text
    writer.wait_for(lambda: not writer.inkling.continuation.is_streaming, timeout=SLOW_MS)
    assert writer.text.startswith(swapped)
    assert len(writer.text) > len(swapped)
    texts = [writer.text]
    for _ in range(2):
        writer.press(KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
        texts.append(writer.text)
    assert len(set(texts)) == 3
    assert all(text.startswith(STORY) and len(text.removeprefix(STORY).split()) > 8 for text in texts)
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == texts[1]
    for _ in range(3):
        writer.press(KEY.Key_Z, CTRL)
    assert writer.text == STORY


def test_words_that_can_go_are_found_and_taken_out(writer: Writer) -> None:
    writer.paste_all("The door was actually open. The cold floor made every step quite loud.")
    tools = writer.inkling.masked_tools
    writer.press(KEY.Key_D, CTRL | SHIFT)
    writer.wait_for(lambda: not tools.checker.is_running)
    assert [mark.word.selectedText() for mark in tools.needless_marks.marks] == ["actually", "quite"]
    writer.press(KEY.Key_F8)
    writer.press(KEY.Key_D, CTRL | SHIFT)
    writer.press(KEY.Key_F8)
    writer.press(KEY.Key_D, CTRL | SHIFT)
    assert writer.text == "The door was open. The cold floor made every step loud."


def test_a_sentence_that_does_not_follow_is_marked(writer: Writer) -> None:
    stray = "The price of copper rose by four percent in Chile."
    writer.paste_all(f"The old house stood at the end of the lane. Nobody had lived in it for years. {stray}")
    tools = writer.inkling.masked_tools
    writer.press(KEY.Key_F7)
    writer.wait_for(lambda: not tools.checker.is_running)
    assert [join.after for join in tools.flow_marks.joins] == [stray]


def test_ghost_text_of_the_real_model_can_be_taken(writer: Writer) -> None:
    writer.inkling.settings.change(GHOST_PAUSE, 100)
    writer.paste_all("France is a country in Europe. The capital of France")
    writer.type(" is")
    writer.wait_for(lambda: writer.inkling.ghost.text, timeout=SLOW_MS)
    shown = writer.inkling.ghost.text
    assert "Paris" in shown
    before = writer.text
    writer.press(KEY.Key_Tab)
    assert writer.text == before + shown


def test_the_words_that_the_model_weighed_are_shown_and_another_is_chosen(writer: Writer) -> None:
    writer.inkling.settings.change(MAX_NEW_TOKENS, 12)
    writer.inkling.settings.change(SEED, 7)
    own = "France is a country in Europe. The capital of France is Berlin, and"
    writer.paste_all(own)
    writer.continue_text()
    writer.wait_for(lambda: not writer.inkling.continuation.is_streaming, timeout=SLOW_MS)
    writer.place_caret(own.index("Berlin") + 2)
    writer.press(KEY.Key_L, CTRL | SHIFT)
    panel = writer.inkling.causal_tools.insight.panel
    writer.wait_for(lambda: panel.rows.count(), timeout=SLOW_MS)
    words = [panel.rows.item(row).text() for row in range(panel.rows.count())]
    assert words[0] == "Paris"
    assert "Berlin" in words
    assert len(words) == 8
    before = writer.text
    writer.qtbot.keyClick(panel.rows, KEY.Key_1)
    assert writer.text == before.replace("Berlin", "Paris", 1)

    written = writer.text.removeprefix(own.replace("Berlin", "Paris"))
    word = max(written.split(), key=len)
    writer.place_caret(writer.text.rindex(word) + 1)
    writer.wait_for(lambda: "goes on from the word" in panel.words, timeout=SLOW_MS)
    kept = writer.text
    writer.qtbot.keyClick(panel.rows, KEY.Key_2 if panel.rows.currentRow() == 0 else KEY.Key_1)
    writer.wait_for(lambda: not writer.inkling.continuation.is_streaming, timeout=SLOW_MS)
    assert writer.text != kept
    assert writer.text.startswith(own.replace("Berlin", "Paris"))
    writer.press(KEY.Key_Z, CTRL)
    assert writer.text == kept


def test_what_surprised_the_real_model_is_tinted(writer: Writer) -> None:
    writer.paste_all(STORY + "\n\nShe walked from the door to the zeppelin.")
    writer.inkling.settings.change(GHOST, False)
    writer.press(KEY.Key_U, CTRL | SHIFT)
    grounds = {getattr(writer.inkling.theme.colours, f"surprise_{step}"): step for step in range(1, 5)}

    def steps() -> dict[str, int]:
        found = {}
        for selection in writer.page.extraSelections():
            colour = selection.format.background().color().name()
            if colour in grounds:
                found[selection.cursor.selectedText()] = grounds[colour]
        return found

    writer.wait_for(lambda: any("zeppelin" in words for words in steps()), timeout=SLOW_MS)
    assert max(steps().values()) == next(step for words, step in steps().items() if "zeppelin" in words)
    assert not any("for years" in words for words in steps())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is for Linux")
def test_a_new_user_types_continues_and_survives_the_models_in_a_window_of_x11(
    tmp_path: Path, starter_model: Path
) -> None:
    story = tmp_path / "story.md"
    story.write_text("The old house stood at the end of the lane.")
    with virtual_screen() as display:
        environ = dict(os.environ) | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [
            sys.executable,
            "-m",
            "ui",
            "--data-dir",
            str(tmp_path / "data"),
            "--model",
            str(starter_model),
        ]
        program = subprocess.Popen([*command, str(story)], env=environ, stderr=subprocess.PIPE, text=True)
        try:
            log = tmp_path / "data" / "log" / "inkling.log"
            wait_until(lambda: log.exists() and "loaded masked" in log.read_text(), 90)
            act = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "story.md", "windowfocus"]
            subprocess.run(act, env=environ, check=True, timeout=90, stdout=subprocess.DEVNULL)
            keys(environ, "key", "ctrl+End")
            keys(environ, "type", "--delay", "40", " Anna opened the")
            keys(environ, "key", "ctrl+Return")
            typed = "The old house stood at the end of the lane. Anna opened the"

            def has_gone_on() -> bool:
                keys(environ, "key", "ctrl+s")
                return len(story.read_text()) > len(typed) + 5

            wait_until(has_gone_on, 90)
            keys(environ, "key", "Escape", "ctrl+s")
            assert story.read_text().startswith(f"{typed} ")
            (models,) = psutil.Process(program.pid).children()
            models.kill()
            wait_until(lambda: log.read_text().count("loaded masked") == 2, 90)
            (models,) = psutil.Process(program.pid).children()
            program.send_signal(signal.SIGTERM)
            assert program.wait(60) == 0
            assert not models.is_running()
            assert program.stderr is not None
            assert "Traceback" not in program.stderr.read()
        finally:
            program.kill()
            program.communicate()


class virtual_screen:  # noqa: N801 (used as a function)
    """An X server of its own, on a free display."""

    def __enter__(self) -> str:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            return f":{pipe.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(10)


def keys(environ: dict[str, str], *arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], env=environ, check=True, timeout=90)
    time.sleep(0.3)


def wait_until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
