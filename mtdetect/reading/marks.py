"""Traces of translation tools in HTML: provenance, apart from what the prose says.

A mark either says that the text *was translated* by a machine, or only that the page *offers* its
readers a translation, which an English original does, too; its message says which. What each tool
leaves behind was taken from its public documentation and from pages that were saved with it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mtdetect.reading.html_tokens import Raw, Tag
from mtdetect.reading.source import Mark
from mtdetect.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mtdetect.reading.html_tokens import Token


def _classes(tag: Tag) -> list[str]:
    return tag.attributes.get("class", "").lower().split()


def _google_class(tag: Tag) -> bool:
    names = {"translated-ltr", "translated-rtl"}
    return tag.name in {"html", "body"} and not names.isdisjoint(_classes(tag))


def _header(tag: Tag) -> bool:
    """https://phabricator.wikimedia.org/T212292."""
    header = tag.attributes.get("http-equiv", "").lower()
    return tag.name == "meta" and header in {"x-translated-by", "x-translated-to"}


_ADDRESSES = {"link": "href", "base": "href", "meta": "content"}


def _proxy_address(tag: Tag) -> bool:
    """The page's own address, as it states it, is one of Google's translating proxy."""
    if tag.name not in _ADDRESSES:
        return False
    kind = tag.attributes.get("rel") or tag.attributes.get("property") or ""
    if tag.name != "base" and kind.lower() not in {"canonical", "og:url"}:
        return False
    return _is_proxy(tag.attributes.get(_ADDRESSES[tag.name], ""))


_PROXY_HOST = re.compile(
    r"[\w-]{1,200}\.translate\.goog|translate\.googleusercontent\.com|"
    r"translate\.google\.[a-z.]{2,6}"
)


def _is_proxy(address: str) -> bool:
    """Whether an address is that of a page translated by Google's proxy."""
    try:
        parts = urlsplit(address[:2000].strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if not _PROXY_HOST.fullmatch(host):
        return False
    if host.startswith("translate.google."):
        return "u=" in parts.query and parts.path in {"/translate", "/translate_c", "/website"}
    return True


# A private-use "mtfrom" (https://cloud.google.com/translate/markup) or the "t0" of RFC 6497.
_MT_LANGUAGE = re.compile(
    r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*?-(?:x-mtfrom|x-mt|x-machine-?translated|x-autotranslated|"
    r"t(?:-[a-z0-9]{2,8})*?-t0)(?:-.{0,40})?",
    re.IGNORECASE,
)


def _language(tag: Tag) -> bool:
    languages = (tag.attributes.get("lang", ""), tag.attributes.get("xml:lang", ""))
    return any(len(lang) < 80 and _MT_LANGUAGE.fullmatch(lang) for lang in languages)


def _translated_from(tag: Tag) -> bool:
    """https://cloud.google.com/translate/markup."""
    return tag.name in {"link", "a"} and "machine-translated-from" in (
        tag.attributes.get("rel", "").lower().split()
    )


# Names of engines at the start of what names the translator; no word that is a person's name, too.
_ENGINE = re.compile(
    r"(?:google|deepl|microsoft|bing (?:microsoft )?translat|yandex|baidu translat|amazon translat|"
    r"systran|argos translate|libretranslate|chatgpt|gpt-?\d|openai|machine|automatic|(?:ai|mt)\Z)",
)
_DECLARED_NAME = re.compile(r"(?:machine|auto(?:matic(?:ally)?)?)[-_.]?translat(?:ed|ion)")
_DECLARED_CLASS = re.compile(
    r"(?:machine|auto(?:matic(?:ally)?)?)[-_]+translat(?:ed|ion)"
    r"(?:[-_]+(?:article|banner|by|content|disclaimer|message|notice|page|text|warning))?|"
    r"translated[-_]+by[-_]+(?:google|deepl|microsoft|bing|yandex|machine|ai)"
)
_NO = {"", "0", "false", "no", "none", "off"}


def _declared(tag: Tag) -> bool:
    """A page that calls its own text machine-translated.

    ``ms.translationtype`` is "MT" on machine-translated pages of Microsoft's documentation and "HT"
    on those that people translated. A ``translated-by`` that names a person is no mark.
    """
    if tag.name != "meta":
        flagged = tag.attributes.get("data-machine-translated", "no").lower()
        return flagged in {"", "1", "true", "yes"} or any(
            _DECLARED_CLASS.fullmatch(name) for name in _classes(tag)
        )
    name = (tag.attributes.get("name") or tag.attributes.get("property") or "").lower()
    content = tag.attributes.get("content", "").strip().lower()
    if name == "ms.translationtype":
        return content == "mt"
    if name in {"translated-by", "translated_by", "translation", "translator", "dc.translator"}:
        return _ENGINE.match(content) is not None
    return _DECLARED_NAME.fullmatch(name) is not None and content not in _NO


def _has(*names: str) -> Callable[[Tag], bool]:
    wanted = frozenset(names)
    return lambda tag: not wanted.isdisjoint(tag.attributes)


def _firefox(tag: Tag) -> bool:
    """The extension notes, too, what it left alone: "rejected …", "skipped …"."""
    value = tag.attributes.get("x-bergamot-translated")
    done = value is not None and not value.startswith(("rejected", "skipped"))
    return done or "data-moz-translations-id" in tag.attributes


def _immersive(tag: Tag) -> bool:
    """A translation put beside the original, unless into another language than English."""
    language = tag.attributes.get("lang", "en").lower()
    wrapped = "immersive-translate-target-wrapper" in _classes(tag)
    return wrapped and language.split("-")[0] == "en"


def _translatepress(tag: Tag) -> bool:
    return tag.name == "trp-gettext" or "data-trpgettextoriginal" in tag.attributes


def _names(tag: Tag) -> list[str]:
    """Class names and the id."""
    return [*_classes(tag), tag.attributes.get("id", "").lower()]


def _named(tag: Tag, *starts: str) -> bool:
    return any(name.startswith(starts) for name in _names(tag))


def _translatepress_offer(tag: Tag) -> bool:
    return _named(tag, "trp-language-switcher", "trp-floater-ls", "trp_language") or any(
        name.startswith("data-no-translation") for name in tag.attributes
    )


def _weglot(tag: Tag) -> bool:
    return tag.name == "html" and tag.attributes.get("data-wg-translated", "") != ""


def _weglot_offer(tag: Tag) -> bool:
    return (
        _named(tag, "weglot")
        or "//cdn.weglot.com/" in tag.attributes.get("src", "").lower()
        or any(name.startswith("data-wg-no") for name in tag.attributes)
    )


def _transposh_offer(tag: Tag) -> bool:
    address = tag.attributes.get("src") or tag.attributes.get("href") or ""
    plugin = "/transposh-translation-filter-for-wordpress/" in address
    return (plugin and tag.name in {"script", "link"}) or _named(tag, "transposh")


_GTRANSLATE_CLASS = re.compile(
    r"gtranslate_wrapper\w*|gt-(?:wrapper|current-lang)\S*|"
    r"gt_(?:switcher|float|selector|options|container|languages|white_content|black_overlay)\S*"
)


def _gtranslate_offer(tag: Tag) -> bool:
    called = tag.attributes.get("onclick", "") + tag.attributes.get("href", "")
    return (
        "doGTranslate" in called
        or "data-gt-lang" in tag.attributes
        or "//cdn.gtranslate.net/" in tag.attributes.get("src", "")
        or any(_GTRANSLATE_CLASS.fullmatch(name) for name in _names(tag))
    )


def _google_offer(tag: Tag) -> bool:
    return (
        tag.attributes.get("id") == "google_translate_element"
        or "translate.google.com/translate_a/element.js" in tag.attributes.get("src", "")
        or _named(tag, "goog-te-gadget")
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mark.

    Attributes:
        name: as in ``Mark``.
        message: what it says of the page.
        found_in: whether a start tag bears it; None where more than one tag must be looked at.
    """

    name: str
    message: str
    found_in: Callable[[Tag], bool] | None = None


KINDS: Final = (
    Kind(
        "google_translated",
        "the page was translated by Google Translate in the browser that saved it",
        _google_class,
    ),
    Kind(
        "google_wrappers",
        "text stands in the doubled <font> elements that Google Translate puts around what it "
        "translates",
    ),
    Kind(
        "google_source_text",
        "the page was translated by Google Translate, which kept the source text beside it",
        lambda tag: "google-src-text" in _classes(tag),
    ),
    Kind(
        "google_proxy",
        "the page gives its own address at Google Translate's proxy, so it was translated there",
        _proxy_address,
    ),
    Kind(
        "google_proxy_links",
        "most links of the page lead through Google Translate's proxy, so it was translated there",
    ),
    Kind("translated_by_header", "the page says in its header that it was translated", _header),
    Kind(
        "language_tag",
        "a language tag declares the text to be machine-translated",
        _language,
    ),
    Kind(
        "machine_translated_from",
        "the page links to the original that it was machine-translated from",
        _translated_from,
    ),
    Kind("declared", "the page declares its text to be machine-translated", _declared),
    Kind(
        "microsoft_translated",
        "the page was translated by Microsoft Translator in the browser that saved it",
        _has("_msttexthash", "_msthash", "_mstmutation"),
    ),
    Kind(
        "firefox_translated",
        "the page was translated by Firefox Translations in the browser that saved it",
        _firefox,
    ),
    Kind(
        "yandex_translated",
        "the page was translated by Yandex Translate in the browser that saved it",
        lambda tag: tag.name == "ya-tr-span",
    ),
    Kind(
        "immersive_translated",
        "the page holds translations by Immersive Translate beside the original",
        _immersive,
    ),
    Kind(
        "weglot_translated",
        "the page was translated by Weglot, by machine unless its editors revised it",
        _weglot,
    ),
    Kind("weglot_offer", "the page offers translations by Weglot", _weglot_offer),
    Kind(
        "translatepress_translated",
        "the page is a translation by TranslatePress, by machine or by hand",
        _translatepress,
    ),
    Kind(
        "translatepress_offer",
        "the page offers translations by TranslatePress",
        _translatepress_offer,
    ),
    Kind(
        "transposh_translated",
        "the page was translated by Transposh, by machine unless its readers revised it",
    ),
    Kind("transposh_offer", "the page offers translations by Transposh", _transposh_offer),
    Kind(
        "gtranslate_offer", "the page offers machine translation by GTranslate", _gtranslate_offer
    ),
    Kind("google_offer", "the page offers translation by Google's widget", _google_offer),
)
"""Every kind of mark, in the order in which marks of one page are given."""

# What every tag or script that bears a mark has in it somewhere, so that others are passed quickly.
_HINT = re.compile(
    r"translat|transposh|_mst|bergamot|data-moz-t|ya-tr-|trp|weglot|data-wg-|gt[_-]|goog|-x-mt|-t0",
    re.IGNORECASE,
)
_INHERIT = re.compile(r"\s*vertical-align\s*:\s*inherit\s*;?\s*", re.IGNORECASE)
_TARGET = re.compile(r"[?&](?:_x_tr_)?tl=([\w-]{1,12})")
_FEWEST_LINKS = 5  # to one target language; a switcher has one link for each

_TRANSPOSH = re.compile(r"\bt_jp\s{0,9}=\s{0,9}\{[^}]{0,4000}\}")
_TRANSPOSH_LANGUAGE = re.compile(r'"lang"\s{0,9}:\s{0,9}"([\w-]{1,20})"')
_TRANSPOSH_ORIGINAL = re.compile(r'"olang"\s{0,9}:\s{0,9}"([\w-]{1,20})"')
_WEGLOT_ORIGINAL = re.compile(r'"language_from"\s{0,9}:\s{0,9}"([a-z]{2,3})\b')
_SCRIPTS = {
    "gtranslate_offer": re.compile(r"\bdoGTranslate\b|\bgtranslateSettings\b"),
    "google_offer": re.compile(r"\bgoogle\.translate\.TranslateElement\b"),
}


class MarkFinder:
    """Watches the tokens of a page go by and notes marks.

    Args:
        text: of the file.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, Span] = {}  # the first of each kind
        self._counts: Counter[str] = Counter()
        self._language = ""  # of the page, as <html lang> says
        self._wrapper_end = -1  # of the last <font> that may be Google's
        self._links = 0
        self._proxy_links: Counter[str] = Counter()  # by target language
        self._proxy_link: Span | None = None
        self._weglot_data = False  # the next script is Weglot's settings

    def passing(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """The tokens as they are."""
        for token in tokens:
            if isinstance(token, Tag):
                if not token.closing:
                    self._look_at(token)
            elif isinstance(token, Raw) and token.name == "script":
                self._look_into(token)
            yield token

    def marks(self) -> tuple[Mark, ...]:
        """One mark for each kind that was found, at its first place, in the order of ``KINDS``."""
        most = max(self._proxy_links.values(), default=0)
        if self._proxy_link and most >= _FEWEST_LINKS and most > self._links / 2:
            self._note("google_proxy_links", *self._proxy_link)
        return tuple(
            Mark(kind.name, self._message(kind), self._places[kind.name])
            for kind in KINDS
            if kind.name in self._places
        )

    def _message(self, kind: Kind) -> str:
        count = self._counts[kind.name]
        return f"{kind.message} ({count:,} places)" if count > 1 else kind.message

    def _note(self, name: str, start: int, end: int) -> None:
        self._places.setdefault(name, Span(start, end))
        self._counts[name] += 1

    def _look_at(self, tag: Tag) -> None:
        """Note the marks that a start tag bears."""
        if tag.name == "html":
            self._language = tag.attributes.get("lang", "").lower().split("-")[0]
        elif tag.name == "a" and not tag.attributes.get("href", "#").startswith("#"):
            self._links += 1
        elif tag.name == "font":
            self._look_at_font(tag)
        self._weglot_data = tag.attributes.get("id") == "weglot-data"
        if not _HINT.search(self._text, tag.start, tag.end):
            return
        for kind in KINDS:
            if kind.found_in and kind.found_in(tag):
                self._note(kind.name, tag.start, tag.end)
        if tag.name == "a" and _is_proxy(address := tag.attributes.get("href", "")):
            target = _TARGET.search(html.unescape(address[:2000]))
            self._proxy_links[target.group(1) if target else ""] += 1
            self._proxy_link = self._proxy_link or Span(tag.start, tag.end)

    def _look_at_font(self, tag: Tag) -> None:
        if not _INHERIT.fullmatch(tag.attributes.get("style", "")[:100]):
            return
        if self._wrapper_end >= 0 and not self._text[self._wrapper_end : tag.start][:100].strip():
            self._note("google_wrappers", tag.start, tag.end)
        self._wrapper_end = tag.end

    def _look_into(self, script: Raw) -> None:
        """Note the marks in a script."""
        text, start, end = self._text, script.start, script.end
        for name, pattern in _SCRIPTS.items():
            if found := pattern.search(text, start, end):
                self._note(name, *found.span())
        if settings := _TRANSPOSH.search(text, start, end):
            shown = _TRANSPOSH_LANGUAGE.search(text, *settings.span())
            original = _TRANSPOSH_ORIGINAL.search(text, *settings.span())
            differs = shown and original and shown.group(1) != original.group(1)
            self._note("transposh_translated" if differs else "transposh_offer", *settings.span())
        if self._weglot_data and (original := _WEGLOT_ORIGINAL.search(text, start, end)):
            self._weglot_data = False
            if self._language and original.group(1) != self._language:
                self._note("weglot_translated", *original.span())
