import pytest

from app.assist.word_edits import Edit, insertion, removal, replacement


def carried_out(edit: Edit, text: str) -> str:
    """Return the text behind the edit, with the caret as a bar."""
    changed = text[: edit.start] + edit.text + text[edit.end :]
    return f"{changed[: edit.caret]}|{changed[edit.caret :]}"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("a |runner", "a new| runner"),
        ("a| runner", "a new| runner"),
        ("a | runner", "a new| runner"),
        ("the sea|.", "the sea new|."),
        ("the sea |.", "the sea new|."),
        ("he said, “|words”", "he said, “new| words”"),
        ("“|words”", "“New| words”"),
        ("the “|words”", "the “new| words”"),
        ("“words|”", "“words new|”"),
        ('the "|words" here', 'the "new| words" here'),
        ('the "words|" here', 'the "words new|" here'),
        ('he had |"words"', 'he had new| "words"'),
        ("his (|old) dog", "his (new| old) dog"),
        ("his (old|) dog", "his (old new|) dog"),
        ("left—|and", "left—new| and"),
        ("the *|old* dog", "the *new| old* dog"),
        ("a😀|b", "a😀 new| b"),
        ("we read the| ", "we read the new| "),
        ("今天|天气", "今天new|天气"),
        ("", "New|"),
        ("|old dogs", "New| old dogs"),
        ("He went. |The man", "He went. New| the man"),
        ("|Anna came", "New| Anna came"),
        ("|I came", "New| I came"),
        ("He saw: |old dogs", "He saw: new| old dogs"),
        ("He saw… |The dogs", "He saw… New| the dogs"),
        ("# |The old", "# New| the old"),
        ("He met Mr. |Smith", "He met Mr. new| Smith"),
    ],
)
def test_a_word_is_put_in(text: str, changed: str) -> None:
    position = max(text.find("|"), 0)
    plain = text.replace("|", "")
    assert carried_out(insertion("new", plain, position), plain) == changed


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("it was [very] cold", "it was |cold"),
        ("a [very] old man", "an |old man"),
        ("A [very] old man", "An |old man"),
        ("an [extremely] cold day", "a |cold day"),
        ("of the [the] boat", "of the |boat"),
        ("he went [home].", "he went|."),
        ("he went [home]", "he went|"),
        ("[just] wait", "|wait"),
        ("[alone]", "|"),
    ],
)
def test_a_word_is_taken_out(text: str, changed: str) -> None:
    start, end = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    assert carried_out(removal(plain, start, end), plain) == changed


@pytest.mark.parametrize(
    ("text", "old", "word", "expected"),
    [
        ("a heavy rain", "heavy", "intense", "an intense rain"),
        ("an old man", "old", "young", "a young man"),
        ("An old man", "old", "young", "A young man"),
        ("A large house", "large", "enormous", "An enormous house"),
        ("a large house", "large", "vast", "a vast house"),
        ("the large house", "large", "enormous", "the enormous house"),
        ("grade A work", "work", "effort", "grade A effort"),
        ("an hour", "hour", "unit", "a unit"),
    ],
)
def test_a_word_brings_its_article(text: str, old: str, word: str, expected: str) -> None:
    start = text.index(old)
    edit = replacement(word, text, start, start + len(old))
    assert text[: edit.start] + edit.text + text[edit.end :] == expected
    assert edit.caret == edit.start + len(edit.text)
