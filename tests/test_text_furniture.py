from __future__ import annotations

import pytest

from mtdetect.text import Document
from mtdetect.text.furniture import is_furniture

FURNITURE = [
    "See also  Flood on the Lune: what is known after five days | Weather",
    "See also\u00a0 A bridge too old to cross",
    "See also: The mayor's other bridge",
    "See also",
    "Also read: Minister opens the new school",
    "ALSO READ:",
    "Read more",
    "Read More: How the bridge was lost",
    "Related: The price of bread",
    "You may also like",
    "More from Business",
    "Leave a Reply",
    "Leave a comment on this story Cancel reply",
    "Your email address will not be published. Required fields are marked *",
    "Save my name, email, and website in this browser for the next time I comment.",
    "3 Comments",
    "Facebook Twitter WhatsApp",
    "Share this on Facebook",
    "Follow us on Twitter and Instagram",
    "Like us on Facebook for more stories.",
    "@annpell",
    "ann.pell@example.org",
    "https://example.org/bridge",
    "We use cookies to improve your visit. By staying you agree.",
    "This site uses cookies to remember what you like.",
    "Sign up for our daily newsletter",
    "Subscribe",
    "Get the latest stories delivered to your inbox",
    "Advertisement",
    "Story continues below advertisement",
    "Copyright 2021 The Lune Herald. All rights reserved.",
    "© 2021 The Lune Herald",
    "Tags: bridge, flood, council",
    "#bridge #flood",
    "This story has been updated with a statement from the mayor.",
    "This story and headline have been updated with additional reporting.",
    "This is a developing story and will be updated.",
    "Published 3:04 PM EST, Sun March 14, 2021",
    "Updated: 14 March 2021, 09:55",
    "March 14, 2021",
    "2 hours ago",
    "4 min read",
    "By Ann Pell",
    "By Ann Pell and Omar de Vries, The Lune Herald",
    "BY ANN PELL",
    "Written by Ann Pell",
    "CNN's Ann Pell, Omar Reyes and Lee Marsh contributed to this report.",
    "Ann Pell in Oslo and Omar Reyes She contributed to this report.",
    "(Reporting by Ann Pell; Editing by Omar Reyes)",
    "With inputs from agencies",
    "Ann Pell/AP",
    "(AP Photo/Ann Pell)",
    "Omar Reyes/AFP via Getty Images",
    "Photo: Ann Pell",
    "Image credit: Lune Council",
    "File photo",
    "FILE - The bridge at Lune, seen from the air in May 2019.",
    "In this photo, posted on Sunday, the mayor speaks by phone with an engineer.",
    "In this handout photo released on Friday, two boats lie under the bridge.",
    "The bridge at Lune last week. Photo: Ann Pell",
    "The mayor opens the school. (AP Photo/Ann Pell)",
    "CNN",
    "(Reuters)",
    "LUNE (AP) —",
    "—",
    "* * *",
    "----------",
]

PROSE = [
    "See also how the council dealt with the first flood, which was worse.",
    "See the mayor's letter, also printed here.",
    "Read more books, the teacher told them, and watch less television.",
    "By Monday, the army had crossed the river.",
    "By Monday Evening the town was empty.",
    "By the time the boats came, the bridge was gone.",
    "By Bus",
    "Share your bread with those who have none.",
    "Follow the river for five more miles and turn left at the mill.",
    "Like me, many of them left Twitter for good.",
    "We use chocolate cookies to decorate the cake.",
    "Register to vote before Friday.",
    "In this picture of the town, everybody is poor and nobody complains.",
    "In this report, the council says that the bridge is safe.",
    "The report was published on Monday and names nobody.",
    "This report was prepared by three engineers.",
    "The story was updated by each generation that told it.",
    "She contributed to this town more than anyone else.",
    "With files under his arm, the clerk ran down the stairs.",
    "With contributions from members falling, the club closed its doors.",
    "Reporting by the council has improved since then.",
    "Writing by hand is slow, but it helps the memory.",
    "Video by itself proves nothing, the judge said.",
    "Published in 1912, the novel was soon forgotten.",
    "March 14, 2021 was the day on which the river rose.",
    "The troops withdrew at dawn, the ministry said. (Reuters)",
    "LONDON (Reuters) - The pound fell on Monday after the vote.",
    "Please enter your PIN and wait for the green light.",
    "Copyright is a matter for the courts.",
    "Submit to the council by Friday.",
    "He showed her the last letter (photo of the bridge included).",
    "The bridge",
    "Council closes the last bridge",
    "Weak dollar hits Reuters",
    "Omar Reyes",
    "What we know so far",
    "“This is not over”",
    "Early life",
    "IMPORTANT:",
    ".",
    ". .",
    "”",
    "Yes.",
    "Advertisement is the soul of trade, he used to say.",
    "Newsletters are dead, and nobody wept for them.",
    "Home is where the river is.",
    "Search parties set out at dawn.",
]


@pytest.mark.parametrize("paragraph", FURNITURE)
def test_furniture(paragraph):
    assert is_furniture(paragraph)


@pytest.mark.parametrize("paragraph", PROSE)
def test_prose(paragraph):
    assert not is_furniture(paragraph)


def _kinds(*paragraphs):
    return [kind for _, kind in Document("\n\n".join(paragraphs)).paragraphs]


def test_the_line_above_a_caption_is_its_credit():
    caption = "In this photo, posted on Sunday, the mayor speaks by phone."
    assert _kinds("Office of the Mayor", caption, "The mayor was calm.") == [
        "furniture",
        "furniture",
        "prose",
    ]
    assert _kinds("He called the office.", caption)[0] == "prose"


def test_the_present_tense_below_a_credit_is_a_caption():
    caption = "Mayor Ann Pell speaks at the opening of the bridge on May 3, 2021, in Lune."
    assert _kinds("Omar Reyes/AP", caption, "The bridge is new.") == [
        "furniture",
        "furniture",
        "prose",
    ]
    assert _kinds("Omar Reyes/AP", "The mayor said that she speaks three languages.")[1] == "prose"
    assert _kinds("The mayor was late.", caption)[1] == "prose"


def test_a_long_paragraph_is_never_furniture():
    assert _kinds("See also: " + "the bridge is old and the river is deep, " * 20) == ["prose"]
