"""Traces of translation tools in markup: each kind has pages that bear it and pages that do not."""

from __future__ import annotations

import pytest

from mtdetect.reading.html_tokens import tokenize
from mtdetect.reading.marks import KINDS, MarkFinder

PROXY = "https://www-example-org.translate.goog"
FONT = '<font style="vertical-align: inherit;">'

CASES = {
    "google_translated": (
        ['<html lang="en" class="no-js translated-ltr">', "<body class='translated-rtl'>"],
        ['<div class="translated-ltr">', '<html class="translated">', "<p>translated-ltr</p>"],
    ),
    "google_wrappers": (
        [f"<p>{FONT}{FONT}Good day.</font></font>", f"{FONT}\n  {FONT}Good day.", FONT.upper() * 2],
        [
            f"<p>{FONT}Good day.</font>",
            f"{FONT}Good {FONT}day.",
            "<font color=red><font color=red>Good day.",
            f"<font style='vertical-align: top'>{FONT}Good day.",
        ],
    ),
    "google_source_text": (
        ["<span class='google-src-text' style='direction: ltr'>Guten Tag.</span> Good day."],
        ["<style>.google-src-text { display: none }</style>", "<p id=google-src-text>"],
    ),
    "google_proxy": (
        [
            f'<link rel="canonical" href="{PROXY}/news?_x_tr_sl=de&amp;_x_tr_tl=en">',
            f"<base href='{PROXY}/'>",
            '<meta property="og:url" content="https://translate.googleusercontent.com/x?u=y">',
            "<link rel=canonical href='http://translate.google.co.uk/translate?sl=de&u=http://x.de'>",
        ],
        [
            f"<a href='{PROXY}/news'>Read it in English</a>",
            f"<link rel=alternate hreflang=fr href='{PROXY}/?_x_tr_tl=fr'>",
            "<link rel=canonical href='https://www.example.org/translate.goog'>",
            "<link rel=canonical href='https://translate.google.com/about/'>",
            "<link rel=canonical href='https://nottranslate.goog.example.org/'>",
            "<base href='http://[broken'>",
            "<iframe src='https://translate.google.com/translate?u=x'>",
        ],
    ),
    "google_proxy_links": (
        ["".join(f"<a href='{PROXY}/{n}?_x_tr_sl=de&amp;_x_tr_tl=en'>x</a>" for n in range(5))],
        [
            f"<a href='{PROXY}/?_x_tr_tl=en'>One link is no evidence</a>" * 4,
            "".join(
                f"<a href='{PROXY}/?_x_tr_tl={to}'>" for to in ("de", "fr", "es", "it", "nl", "ja")
            ),
            f"<a href='{PROXY}/?_x_tr_tl=en'>x</a><a href='/y'>y</a>" * 9,
        ],
    ),
    "translated_by_header": (
        [
            '<meta http-equiv="X-Translated-By" content="Google">',
            "<meta http-equiv=x-translated-to>",
        ],
        ["<meta name=author content='X-Translated-By'>", "<p http-equiv='x-translated-by'>"],
    ),
    "language_tag": (
        [
            '<html lang="en-x-mtfrom-de">',
            "<div lang='en-US-x-mtfrom-und'>",
            "<p xml:lang=en-x-mt>",
            "<html lang=en-x-machine-translated>",
            "<html lang='en-t-de-t0-und'>",
        ],
        [
            "<html lang='en-GB'>",
            "<html lang='en-t-de'>",
            "<html lang='en-x-montreal'>",
            "<p id=x-mtfrom>",
        ],
    ),
    "machine_translated_from": (
        [
            "<link rel='alternate machine-translated-from' hreflang=fr href='https://fr.example.org/'>"
        ],
        ["<link rel='alternate' hreflang=fr href='/machine-translated-from'>"],
    ),
    "declared": (
        [
            "<meta name='ms.translationtype' content='MT'>",
            "<meta name='translated-by' content='DeepL Pro'>",
            "<meta name=translator content='machine translation'>",
            "<meta name=translation content=AI>",
            "<meta property='machine-translated' content=true>",
            "<p class='note machine-translation-notice'>",
            "<div class='auto_translated'>",
            "<article data-machine-translated=true>",
        ],
        [
            "<meta name='ms.translationtype' content='HT'>",
            "<meta name='translated-by' content='Claude Martin'>",
            "<meta name=translator content='Ai Tanaka and Bing Xu'>",
            "<meta name='machine-translated' content='false'>",
            "<meta name=keywords content='machine translation'>",
            "<article class='tag-machine-translation category-machine-translated'>",
            "<article data-machine-translated=false>",
            "<p>This page was machine-translated.",
        ],
    ),
    "microsoft_translated": (
        ['<p _msttexthash="42250" _msthash="107">', "<font _mstmutation=1>"],
        ["<p data-msthash=1>", "<p>_msttexthash"],
    ),
    "firefox_translated": (
        [
            "<p x-bergamot-translated>",
            "<p x-bergamot-translated='0 1'>",
            "<b data-moz-translations-id=3>",
        ],
        [
            "<p x-bergamot-translated='rejected is-excluded-node'>",
            "<p class='x-bergamot-translated'>",
        ],
    ),
    "yandex_translated": (
        ["<ya-tr-span data-source-lang=ru data-target-lang=en>Hello</ya-tr-span>"],
        ["<span class='ya-tr-span'>", "</ya-tr-span>"],
    ),
    "immersive_translated": (
        [
            "<font class='notranslate immersive-translate-target-wrapper' lang='en'>Hello",
            "<font class='immersive-translate-target-wrapper'>",
        ],
        ["<font class='notranslate immersive-translate-target-wrapper' lang='zh-CN'>"],
    ),
    "weglot_translated": (
        [
            '<html lang="en" data-wg-translated="en">',
            '<html lang=en-US><script id="weglot-data">{"language_from":"fr"}</script>',
        ],
        [
            "<html lang=en>",
            '<html lang=en><script id="weglot-data">{"language_from":"en"}</script>',
            '<html lang=en><script>{"language_from":"fr"}</script>',
            '<html><script id="weglot-data">{"language_from":"fr"}</script>',
        ],
    ),
    "weglot_offer": (
        [
            "<script src='https://cdn.weglot.com/weglot.min.js'></script>",
            "<div id=weglot_here>",
            "<p data-wg-notranslate>",
        ],
        ["<html data-wg-translated=en>", "<a href='https://www.weglot.com/'>Weglot</a>"],
    ),
    "translatepress_translated": (
        [
            "<trp-gettext data-trpgettextoriginal=19>Search</trp-gettext>",
            "<p data-trpgettextoriginal=1>",
        ],
        ["<div data-no-translation>", "<p class='trp-gettext'>"],
    ),
    "translatepress_offer": (
        [
            "<div class='trp-language-switcher-container'>",
            "<div id=trp-floater-ls>",
            "<form data-no-translation-aria-label>",
        ],
        ["<p translate=no>", "<a href='https://translatepress.com/'>"],
    ),
    "transposh_translated": (
        ['<script>var t_jp = {"url":"x","lang":"en","olang":"he","prefix":"tr_"};</script>'],
        [
            '<script>var t_jp = {"lang":"en","olang":"en"};</script>',
            '<script>var x = {"lang":"en","olang":"he"};</script>',
        ],
    ),
    "transposh_offer": (
        [
            '<script>var t_jp = {"lang":"en","olang":"en"};</script>',
            "<span class=transposh_flags>",
            "<link href='/wp-content/plugins/transposh-translation-filter-for-wordpress/x.css'>",
        ],
        [
            '<script>var t_jp = {"lang":"en","olang":"he"};</script>',
            "<a href='https://transposh.org'>",
        ],
    ),
    "gtranslate_offer": (
        [
            "<div class='gtranslate_wrapper' id='gt-wrapper-1'>",
            "<a href='#' onclick=\"doGTranslate('en|de');return false;\">",
            "<a data-gt-lang=hu>",
            "<script>window.gtranslateSettings = {}</script>",
            "<script src='https://cdn.gtranslate.net/widgets/latest/float.js'></script>",
        ],
        ["<div class='gt-logo gtx'>", "<p>doGTranslate</p>", "<a href='https://gtranslate.io'>"],
    ),
    "google_offer": (
        [
            "<div id=google_translate_element>",
            "<script src='//translate.google.com/translate_a/element.js?cb=x'></script>",
            "<script>new google.translate.TranslateElement({}, 'x')</script>",
            "<div class='skiptranslate goog-te-gadget'>",
        ],
        [
            "<a href='https://translate.google.com/'>translate it yourself</a>",
            "<p class=notranslate>",
        ],
    ),
}


def marks(markup):
    finder = MarkFinder(markup)
    assert list(finder.passing(tokenize(markup))) == list(tokenize(markup))
    return finder.marks()


def names(markup):
    return [mark.name for mark in marks(markup)]


def test_every_kind_has_its_cases():
    assert list(CASES) == [kind.name for kind in KINDS]


@pytest.mark.parametrize(
    ("name", "markup"), [(name, markup) for name, (fires, _) in CASES.items() for markup in fires]
)
def test_a_mark_is_found_where_it_stands(name, markup):
    found = {mark.name: mark for mark in marks(f"<p>Before.</p>{markup}<p>After.</p>")}
    assert name in found
    assert found[name].span.start < found[name].span.end
    assert found[name].span.start >= len("<p>Before.</p>")


@pytest.mark.parametrize(
    ("name", "markup"), [(name, markup) for name, (_, quiet) in CASES.items() for markup in quiet]
)
def test_a_mark_is_not_found_elsewhere(name, markup):
    assert name not in names(f"<p>Before.</p>{markup}<p>After.</p>")


@pytest.mark.parametrize(
    "markup",
    [
        "<html lang=en class=no-js><p class='news translation'>The translator's work</p>",
        "<p>We pasted it into <a href='https://translate.google.com/?sl=de&tl=en'>Google</a>.</p>",
        "<link rel=alternate hreflang=de href='/de/'><link rel=alternate hreflang=en href='/en/'>",
        "<meta name=generator content='WPML ver:4.6 stt:1,4;'><div class='wpml-ls-statics-footer'>",
        '<p>By the way, &lt;html class="translated-ltr"&gt; and _msttexthash are marks.</p>',
        "<!-- <html class='translated-ltr'> --><script>'<ya-tr-span>'</script>",
    ],
)
def test_ordinary_pages_bear_no_mark(markup):
    assert marks(markup) == ()


def test_there_is_one_mark_of_a_kind_with_the_number_of_places():
    markup = "<p _msthash=1>One.<p _msthash=2>Two."
    (mark,) = marks(markup)
    assert mark.message == f"{message('microsoft_translated')} (2 places)"
    assert markup[slice(*mark.span)] == "<p _msthash=1>"


def test_marks_come_in_the_order_of_their_kinds():
    assert names("<p _msthash=1><html class='translated-ltr'>") == [
        "google_translated",
        "microsoft_translated",
    ]


def message(name):
    return next(kind.message for kind in KINDS if kind.name == name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_message_says_whether_the_text_was_translated_or_could_be(kind):
    assert ("offers" in kind.message) == kind.name.endswith("_offer")
    assert kind.message[0].islower()
    assert kind.message[-1] not in ".!"
