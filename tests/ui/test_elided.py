"""Texts that are cut where there is no room for them."""

from ui.panels.elided import ElidedButton, ElidedLabel

WHOLE = "The model needs 2.1 GB more memory than is free."


def test_screen_readers_get_the_whole_of_a_text_that_is_cut(qtbot) -> None:
    for widget in (ElidedLabel(), ElidedButton()):
        qtbot.addWidget(widget)
        widget.resize(80, 20)
        widget.show()
        widget.show_text(WHOLE)
        assert widget.text() != WHOLE
        assert widget.accessibleName() == WHOLE
        widget.resize(1000, 20)
        assert widget.text() == WHOLE


def test_the_tool_tip_of_a_label_is_what_is_cut(qtbot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show_text(WHOLE)
    assert label.toolTip() == WHOLE
    label.show_text("Done")
    assert label.toolTip() == ""
