"""A program that saves and loads texts that hypothesis makes up: FOLDER EXAMPLES. It prints its counts."""

import sys
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.document.storage import TextFormat, UnencodableError, decode, encode, load, save
from app.errors import InklingError

NEWLINES = ("\n", "\r\n", "\r")
UNICODE = [
    TextFormat(encoding, bom, newline)
    for encoding, bom in (("utf-8", False), ("utf-8", True), ("utf-16-le", True), ("utf-16-be", True))
    for newline in NEWLINES
]
WINDOWS = [TextFormat("cp1252", False, newline) for newline in NEWLINES]

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"))
FRENCH = st.text("abcdefgh ijklmnop,.;\nàéêç»—œ’Ÿ").map(lambda text: f"Il était une fois. {text}")

path = Path(sys.argv[1]) / "text.md"
FULL = 1_000  # examples; fewer are always the same
examples = settings(
    max_examples=int(sys.argv[2]),
    database=None,
    deadline=None,
    derandomize=int(sys.argv[2]) < FULL,
    suppress_health_check=[HealthCheck.too_slow],
)
seen = Counter[str]()


@examples
@given(text=ANY_TEXT, form=st.sampled_from(UNICODE))
def any_text_survives_in_unicode(text: str, form: TextFormat) -> None:
    written = save(path, text, form)
    file = load(path)
    assert (file.text, file.digest, file.has_mixed_line_ends) == (text, written, False)
    assert file.format.encoding == form.encoding
    assert file.format.bom == (form.bom or text.startswith("\ufeff"))
    if "\n" in text:
        assert file.format.newline == form.newline
    content = path.read_bytes()
    save(path, file.text, file.format)
    assert path.read_bytes() == content
    seen[form.encoding] += 1


@examples
@given(text=ANY_TEXT | FRENCH, form=st.sampled_from(WINDOWS))
def no_text_is_harmed_in_windows(text: str, form: TextFormat) -> None:
    try:
        save(path, text, form)
    except UnencodableError as error:
        save(path, text, error.form)
        assert load(path).format.encoding == "utf-8"
        seen["cp1252 cannot hold it, saved in UTF-8"] += 1
    else:
        assert load(path).format.encoding == ("utf-8" if text.isascii() else "cp1252")
        seen["cp1252"] += 1
    assert load(path).text == text


@examples
@given(st.binary() | FRENCH.map(lambda text: text.encode("cp1252")))
def any_bytes_are_refused_or_kept(content: bytes) -> None:
    try:
        file = decode(content, "x")
    except InklingError:
        seen["bytes that are no text, refused"] += 1
        return
    if file.has_mixed_line_ends:
        seen["bytes with mixed line ends"] += 1
    else:
        assert encode(file.text, file.format) == content
        seen["bytes kept"] += 1


any_text_survives_in_unicode()
no_text_is_harmed_in_windows()
any_bytes_are_refused_or_kept()
print(", ".join(f"{what}: {times}" for what, times in seen.items()))
