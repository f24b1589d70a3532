from pathlib import Path

from app.document.damage import set_aside


def test_nothing_that_was_set_aside_is_lost(tmp_path: Path) -> None:
    kept = []
    for content in ("first", "second", "third"):
        file = tmp_path / "settings.toml"
        file.write_text(content)
        kept.append(set_aside(file))
        assert not file.exists()
    assert [(file.name, file.read_text()) for file in kept] == [
        ("settings.toml.broken", "first"),
        ("settings.toml.broken-2", "second"),
        ("settings.toml.broken-3", "third"),
    ]
