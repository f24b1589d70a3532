"""The pictures of the guide, taken over scripted engines."""

import argparse
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import guide_pictures
import guide_states
import photography
from tests.ui.conftest import model_folder

GUIDE = (guide_pictures.GUIDE / "guide.md").read_text(encoding="utf-8")
PATIENCE = 30  # seconds for a step


def test_each_state_has_a_section_and_each_picture_a_state() -> None:
    sections = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
    shown = [re.findall(r"\]\((.+)\.png\)", section) for section in sections]
    assert all(len(names) <= 1 for names in shown)
    assert [name for names in shown for name in names] == list(guide_states.STATES)


@pytest.mark.parametrize("name", guide_states.STATES)
def test_each_state_is_reached(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(photography, "PATIENCE", PATIENCE)
    options = argparse.Namespace(theme="dark", models="scripted", into=tmp_path)
    guide_pictures.reach_and_take(qapp, name, model_folder(tmp_path / "script"), options)
    picture = QImage(str(tmp_path / f"{name}.png"))
    assert picture.width() > 300
    assert picture.height() > 300
    assert picture.colorCount() > 8
