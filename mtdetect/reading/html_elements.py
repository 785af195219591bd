"""What the names, classes and other attributes of HTML elements say about their text."""

from __future__ import annotations

import re
from typing import Literal


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


HEADINGS = _names("h1 h2 h3 h4 h5 h6")
BLOCKS = HEADINGS | _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset head header hgroup hr html legend li listing main menu "
    "nav ol p pre search section summary table tbody td tfoot th thead tr ul xmp"
)
VOID = _names(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param "
    "source track wbr"
)
OBJECTS = _names("embed image img input")  # void elements that show something
IN_HEAD = _names("base basefont bgsound link meta noframes noscript script style template title")
NOT_PROSE = _names(
    "applet aside audio button canvas datalist dialog figcaption footer frameset head iframe label "
    "legend listing map math menu meter nav noembed noframes noscript object optgroup option "
    "output plaintext pre progress rp rt script search select style svg template textarea title "
    "video xmp"
)
_NOT_PROSE_ROLES = _names(
    "alertdialog complementary contentinfo dialog doc-noteref menu menubar navigation search "
    "tablist toolbar"
)
CODE = _names("code kbd samp tt")
EMPHASIS = _names("b em i mark strong")
BARRIERS = _names("caption object table td template th")  # an end tag does not reach beyond
TABLE = _names("caption table tbody td tfoot th thead tr")

# Start tags that close an open <p>, by the standard.
CLOSES_P = BLOCKS - _names("body caption head html legend tbody td tfoot th thead tr")

# A start tag closes the nearest of the first set unless one of the second set is nearer.
_OTHER_BLOCKS = BLOCKS - _names("address div p")
IMPLIED = {
    "li": (_names("li"), _OTHER_BLOCKS),
    "dt": (_names("dd dt"), _OTHER_BLOCKS),
    "dd": (_names("dd dt"), _OTHER_BLOCKS),
    "td": (_names("td th"), _names("table tr")),
    "th": (_names("td th"), _names("table tr")),
    "tr": (_names("tr"), _names("table")),
    "tbody": (_names("tbody tfoot thead"), _names("table")),
    "tfoot": (_names("tbody tfoot thead"), _names("table")),
    "thead": (_names("tbody tfoot thead"), _names("table")),
    "option": (_names("option"), _names("select")),
}

_HIDDEN_STYLE = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden")
_UNSEEN_CLASS = _names(
    "google-src-text mw-editsection screen-reader-text sr-only visually-hidden visuallyhidden"
)

# Words of class names and ids, by what they say of an element.
_COMMENTS = re.compile(r"(?<![a-z])(?:comments?|disqus|respond|replies)(?![a-z])")
# Not "paywall", "premium" or "read-more": they are put on the text of articles.
_FURNITURE = re.compile(
    r"(?<![a-z])(?:related|recommend(?:ed|ations?)|more-(?:stories|articles|news|posts)|"
    r"(?:read|see)-(?:also|next)|also-read|most-(?:read|popular)|trending|outbrain|taboola|"
    r"shar(?:e|ing)|sharebar|social|addthis|addtoany|sharedaddy|cookies?|consent|gdpr|newsletters?|"
    r"subscribe|sign-?up|promo(?:tion|ted)?|advert(?:s|isements?|ising)?|ads?|adsbygoogle|"
    r"sponsor(?:ed)?|sidebar|breadcrumbs?|pagination|pager|pagenav|navigation|navbar|nav|menu|"
    r"popup|modal|byline|dateline|author-(?:bio|box|info)|about-(?:the-)?author|post-meta|"
    r"entry-meta|tag-*(?:cloud|links|list)|tags|captions?|credits?|copyright|site-footer|"
    r"site-header|skip-link|infobox|navbox|hatnote|reflist|references|catlinks|noprint|toc|metadata|"
    r"language-switcher|gtranslate)(?![a-z])"
)
_ABOUT_PAGE = re.compile(  # class names that describe the page or article as a whole
    r"(?:category|tag(?!-*(?:cloud|links|list))|status|type|format|has|is|no|js|with|without)-\S*"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTENT = re.compile(
    r"(?<![a-z])(?:article-*(?:body|content|text)|body-*content|content-*body|(?:entry|post|single)-*"
    r"content|post-*(?:body|entry)|(?:story|news)-*(?:body|content|text)|mw-parser-output)(?![a-z-])"
)

SMALL = HEADINGS | _names("body dd dt html li p tbody thead tr")  # seldom hold an article

ARTICLE_TEXT, ARTICLE, MAIN = 1, 2, 3
"""How markup calls the text of an article, from the narrowest to the widest."""


def _words(attributes: dict[str, str]) -> str:
    """Class names and id in lower case, with hyphens between words."""
    words = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:1000]
    return _CAMEL.sub("-", words).replace("_", "-").lower()


def furniture(attributes: dict[str, str]) -> Literal["", "comments", "other"]:
    """What class names and id say of furniture; names that describe a whole page do not count."""
    if "class" not in attributes and "id" not in attributes:
        return ""
    words = " ".join(word for word in _words(attributes).split() if not _ABOUT_PAGE.fullmatch(word))
    if _COMMENTS.search(words):
        return "comments"
    return "other" if _FURNITURE.search(words) else ""


def content(attributes: dict[str, str]) -> int:
    """How attributes call an element the article; 0 if they do not."""
    if "articlebody" in attributes.get("itemprop", "").lower():
        return ARTICLE_TEXT
    if _CONTENT.search(_words(attributes)):
        return ARTICLE_TEXT
    return {"article": ARTICLE, "main": MAIN}.get(attributes.get("role", "").lower(), 0)


def is_hidden(name: str, attributes: dict[str, str]) -> bool:
    """Whether attributes keep an element from readers' eyes, or out of the running text."""
    classes = attributes.get("class", "").lower()
    return (
        "hidden" in attributes
        or ("style" in attributes and bool(_HIDDEN_STYLE.search(attributes["style"].lower())))
        or attributes.get("role", "").lower() in _NOT_PROSE_ROLES
        or not _UNSEEN_CLASS.isdisjoint(classes.split())
        or (name == "sup" and "reference" in classes)
    )


def is_aside(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element inside a line, such as an icon or a button, is no part of the sentence."""
    return attributes.get("aria-hidden") == "true" or (
        name in {"a", "span"} and bool(furniture(attributes))
    )
