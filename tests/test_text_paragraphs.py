from __future__ import annotations

import pytest

from mtdetect.text.paragraphs import split_paragraphs

WRAPPED = (
    "The committee met again on Monday to talk about the bridge, which has\n"
    "been closed since the flood of last spring and which nobody expects to\n"
    "see open before the end of the year, whatever the mayor may say. The\n"
    "engineers want a new one.\n"
    "The shopkeepers on both banks would be content with the old one, for\n"
    "they have lost half of their trade, and some of them have already left\n"
    "the town for good."
)

CASES = {
    "blank lines": ("One.\n\nTwo.\n\n\nThree.", ["One.", "Two.", "Three."]),
    "blank lines with spaces": ("One.\n \t\nTwo.\n\u200b\nThree.", ["One.", "Two.", "Three."]),
    "line ends where there is no blank line": ("A title\nOne.\nTwo.", ["A title", "One.", "Two."]),
    "carriage returns": ("One.\r\n\r\nTwo.\r\nThree.", ["One.", "Two.", "Three."]),
    "old Macintosh": ("One.\rTwo.", ["One.", "Two."]),
    "Unicode separators": ("One.\u2028Two.\u2029Three.", ["One.", "Two.", "Three."]),
    "form feed": ("The first page\x0cends here.", ["The first page", "ends here."]),
    "surrounding space": (" \t One. \u00a0\n\n  Two.  ", ["One.", "Two."]),
    "byte order mark": ("\ufeffOne.\n\nTwo.", ["One.", "Two."]),
    "list items": (
        "You need:\n\n- two eggs\n- a cup of flour\n  and a pinch of salt",
        ["You need:", "- two eggs", "- a cup of flour\n  and a pinch of salt"],
    ),
    "numbered items": ("1. Boil.\n2. Stir.\n\nServe.", ["1. Boil.", "2. Stir.", "Serve."]),
    "lone stop between paragraphs": (
        "We cook fine dishes\n.\nThe most famous is soup.",
        ["We cook fine dishes", ".", "The most famous is soup."],
    ),
    "lone stop between blank lines": ("One.\n\n.\n\nTwo.", ["One.", ".", "Two."]),
    "title and text in one run": (
        "A title\nThe text begins.\n\nIt goes on.",
        ["A title", "The text begins.", "It goes on."],
    ),
    "broken line in a text with blank lines": (
        "Put\ncrab sticks on the layer.\n\nServe.",
        ["Put\ncrab sticks on the layer.", "Serve."],
    ),
    "lower-case paragraph in a text of lines": (
        "A title of the piece\nin Talks with the mayor, he agreed.\nThe mayor thanked him.",
        ["A title of the piece", "in Talks with the mayor, he agreed.", "The mayor thanked him."],
    ),
    "wrapped at a column": (
        WRAPPED,
        ["\n".join(WRAPPED.split("\n")[:4]), "\n".join(WRAPPED.split("\n")[4:])],
    ),
    "wrapped, with blank lines": (
        WRAPPED.replace("one.\nThe", "one.\n\nThe"),
        ["\n".join(WRAPPED.split("\n")[:4]), "\n".join(WRAPPED.split("\n")[4:])],
    ),
    "empty": ("", []),
    "white space": (" \n\t\r\n\u2028 ", []),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_paragraphs(text, expected):
    assert [span.of(text) for span in split_paragraphs(text)] == expected


def test_verse_is_not_taken_for_wrapped_prose():
    verse = "The owl is out\nThe mouse is in\nThe night is long\nThe cheese is thin"
    assert len(split_paragraphs(verse)) == 4
