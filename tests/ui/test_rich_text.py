from time import perf_counter

import pytest

from ui.editor.rich_text import words_of

HOSTILE = (
    "<a",
    "<a ='",
    "<a =\"' ",
    "</",
    "<!--",
    "<!",
    "<script>",
    "<td>a",
    "<p>",
    "<pre>a",
    "&",
    "&#",
    "<",
)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One <b>bold</b>\n word &amp; more</p>\n<p>Two<br>lines</p>", "One bold word & more\nTwo\nlines"),
        ("<h1>Title</h1><div><p>Text</p></div>", "Title\nText"),
        ("<p>a</p><p><br></p><p>b</p>", "a\n\nb"),
        ("<ul>\n<li>one\n<li>two\n</ul>", "one\ntwo"),
        ("<table><tr><td>a<td>b</tr><tr><td>c</table>", "a b\nc"),
        ("<pre>a\n  b</pre>c  d", "a\n  b\nc d"),
        ("a < b > c", "a < b > c"),
        ("<!-- <p>no --><style>p { }</style><script>if (a<b) '</p>'</script>yes<title>no</title>", "yes"),
        ('<img alt="a > b" src="http://example.com/a.png"> hi', "hi"),
        ("<p title=don't>x</p>y's", "x\ny's"),
        ("<!DOCTYPE html><html><head><meta x=y></head><BODY>“Ü🙂”</BODY></html>", "“Ü🙂”"),
        ("a&nbsp;b", "a\u00a0b"),
        ("cut off <a href='", "cut off"),
        ("", ""),
    ],
)
def test_the_words_of(html: str, words: str) -> None:
    assert words_of(html) == words


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_html_takes_no_time(piece: str) -> None:
    begun = perf_counter()
    words_of(piece * (1_000_000 // len(piece)))
    assert perf_counter() - begun < 5
