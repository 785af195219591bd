"""The HTML report in a browser: nothing is fetched, all is legible, the keyboard suffices.

Needs the ``playwright`` package and an installed Chromium.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import load_script, place

from mtdetect.detector import Detector
from mtdetect.files import UnreadableError
from mtdetect.reading import Mark, read
from mtdetect.render import html
from mtdetect.result import Hidden, Scored

screenshot = load_script("screenshot")

EXAMPLES = Path(__file__).parent.parent / "examples"
NARROW, WIDE = 360, 1440
PAGES = ("machine", "mixed", "human", "insufficient", "unreadable", "index", "hostile")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not screenshot.installed(), reason="no Chromium is installed"),
    pytest.mark.skipif(
        not importlib.util.find_spec("playwright"), reason="the package playwright is missing"
    ),
]

# Every text on the page with its colour and what lies behind it, and the least contrast that WCAG
# 2.2 asks of its size (AA).
LOW_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const seen = (element, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    const [a, b] = [light(rgba(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      found.push(`${element.className || element.tagName} ${pseudo ?? ""} ${ratio.toFixed(2)}`);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script")) continue;
    texts += 1;
    seen(element);
  }
  document.querySelectorAll(".ref").forEach((element) => seen(element, "::after"));
  return {texts, found: [...new Set(found)]};
}"""

UNFOLD = "() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"


def score(name):
    (source,) = read(EXAMPLES / name)
    return Scored(replace(source, name=f"examples/{name}"), Detector.default().score(source.text))


def results():
    """What each page is about."""
    machine, mixed, human = (score(f"{n}.txt") for n in ("round_trip", "spliced", "native"))
    marks = (Mark("font", "text is wrapped in <font>", place(machine.source.text, "Orsk")),)
    source = replace(machine.source, marks=marks, warnings=("read as Windows-1252",))
    first, second = machine.report.findings[1:3]
    hidden = (Hidden(first, "suppressed", "house style"), Hidden(second, "known"))
    short = replace(human.source, name="note.txt", text="Too short to tell.")
    insufficient = Scored(short, Detector.default().score(short.text))
    evil = "<script>document.title = 'owned'</script><img src=x onerror='document.title = 1'>"
    text = f"{evil} \u202e\x00\x1b[31m\n\n{human.source.text}"
    source_of_evil = replace(human.source, name=f"{evil}\ud800.txt", text=text)
    error = UnreadableError("scan.pdf", "holds pictures of pages and no text")
    return {
        "machine": [replace(machine, source=source, hidden=hidden)],
        "mixed": [mixed],
        "human": [human],
        "insufficient": [insufficient],
        "unreadable": [error],
        "index": [machine, insufficient, human, error, mixed],
        "hostile": [Scored(source_of_evil, Detector.default().score(text)), human],
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The address of each page."""
    folder = tmp_path_factory.mktemp("pages")
    addresses = {}
    for name, content in results().items():
        path = folder / f"{name}.html"
        page = html.render(content, version="1", model=Detector.default().model)
        path.write_text(page, encoding="utf-8")
        addresses[name] = path.as_uri()
    return addresses


@pytest.fixture(scope="module")
def browser():
    with screenshot.chromium() as started:
        yield started


@pytest.fixture
def tab(browser):
    """Opens an address in a fresh tab that complains of whatever the page asks for or reports."""
    contexts, noise = [], []

    def open_(address, *, width=WIDE, scheme="light", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "request", lambda request: request.is_navigation_request() or noise.append(request.url)
        )
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    # Chromium asks for the icon itself; it is in the page.
    assert [line for line in noise if line != "data:,"] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_silence(tab, pages, name):
    page = tab(pages[name])
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.title() not in {"", "owned", "1"}


def test_the_policy_stops_what_the_renderer_did_not_write(browser, pages):
    page = browser.new_page()
    page.goto(pages["machine"])
    stopped = page.evaluate(
        """async () => {
            const stopped = [];
            addEventListener("securitypolicyviolation", (e) => stopped.push(e.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
            document.body.setAttribute("style", "color: red");
            new Image().src = "https://example.org/x.png";
            await new Promise((done) => setTimeout(done, 200));
            return stopped;
        }"""
    )
    assert {"script-src-elem", "style-src-attr", "img-src"} <= set(stopped)
    assert page.title() != "owned"
    page.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [NARROW, 720, 1000, WIDE])
def test_nothing_is_wider_than_the_window(tab, pages, name, width):
    page = tab(pages[name], width=width)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(tab, pages, name, scheme):
    page = tab(pages[name], scheme=scheme)
    page.evaluate(UNFOLD)
    seen = page.evaluate(LOW_CONTRAST)
    assert seen["texts"] > 20
    assert seen["found"] == []


def test_light_and_dark_differ(tab, pages):
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light, dark = (tab(pages["mixed"], scheme=s).evaluate(paper) for s in ("light", "dark"))
    assert light != dark


def test_a_human_text_has_no_red(tab, pages):
    page = tab(pages["human"])
    hues = page.evaluate(
        """() => [...document.querySelectorAll(".report *")].flatMap((e) => {
            const style = getComputedStyle(e);
            return [style.color, style.backgroundColor, style.fill, style.borderLeftColor,
                    style.textDecorationColor];
        })"""
    )
    for colour in set(hues):
        if colour.startswith("rgb"):
            red, green, _, *alpha = (float(x) for x in colour.strip("rgba()").split(","))
            assert red - green < 25 or alpha == [0.0], colour


def test_the_keyboard_goes_through_the_page_in_order(tab, pages):
    page = tab(pages["mixed"])
    visited = []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
                const e = document.activeElement;
                const order = [...document.querySelectorAll("*")].indexOf(e);
                const ring = parseFloat(getComputedStyle(e).outlineWidth) > 0;
                return e === document.body ? null : [order, e.className || e.tagName, ring];
            }"""
        )
        if at is None:
            break
        visited.append(at)
    assert visited[0][1] == "skip"
    assert [order for order, _, _ in visited] == sorted(order for order, _, _ in visited)
    assert all(ring for _, _, ring in visited)
    names = [name for _, name, _ in visited]
    assert names.count("ref") == names.count("n") == 3
    assert "SUMMARY" in names


def test_the_skip_link_leads_to_the_report(tab, pages):
    page = tab(pages["mixed"])
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_reference_leads_to_its_note_and_back(tab, pages):
    page = tab(pages["mixed"])
    page.locator("#t1-r2").click()
    assert page.url.endswith("#t1-n2")
    assert page.locator("#t1-n2").is_visible()
    page.locator("#t1-n2").click()
    assert page.url.endswith("#t1-r2")


def test_notes_stand_beside_the_text_or_below(tab, pages):
    for width, beside in ((WIDE, True), (NARROW, False)):
        page = tab(pages["mixed"], width=width)
        text = page.locator("#t1-p4 > p").bounding_box()
        notes = page.locator("#t1-p4 > .notes").bounding_box()
        assert (notes["x"] >= text["x"] + text["width"]) is beside
        assert (notes["y"] >= text["y"] + text["height"]) is not beside


def test_a_screen_reader_hears_names_and_landmarks(tab, pages):
    page = tab(pages["index"])
    page.evaluate(UNFOLD)
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("contentinfo").count() == 1
    assert page.get_by_role("img").first.get_attribute("aria-label")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary")]
            .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim()
                             || e.querySelector("title"))).length"""
    )
    assert nameless == 0
    assert page.get_by_role("link", name="Note 1", exact=True).count() >= 1


def test_the_table_sorts(tab, pages):
    page = tab(pages["index"])

    def names():
        return page.locator("#index tbody th").all_inner_texts()

    before = names()
    assert before[0] == "examples/round_trip.txt"
    page.get_by_role("button", name="Probability").click()
    falling = names()
    assert falling[:3] == [f"examples/{n}.txt" for n in ("round_trip", "spliced", "native")]
    assert set(falling[3:]) == {"note.txt", "scan.pdf"}  # without a figure: last
    page.get_by_role("button", name="Probability").click()
    assert names()[:3] == falling[2::-1]
    assert set(names()[3:]) == {"note.txt", "scan.pdf"}
    page.get_by_role("button", name="Text").click()
    assert names() == sorted(before)
    heads = page.locator("#index th[aria-sort]")
    assert heads.count() == 1
    assert heads.first.get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Verdict").click()
    assert names()[0] == "examples/round_trip.txt"


def test_a_link_of_the_table_unfolds_its_text(tab, pages):
    page = tab(pages["index"])
    assert not page.locator("#t3").is_visible()
    page.locator("#index a[href='#t3']").click()
    page.locator("#t3").wait_for(state="visible")
    assert tab(pages["index"] + "#t5-p4").locator("#t5-p4").is_visible()


def test_without_its_script_the_page_reads_the_same(tab, pages):
    page = tab(pages["index"], script=False)
    assert page.locator("#index tbody tr").count() == 5
    assert page.locator("#index button").count() == 0
    page.locator("#index a[href='#t1']").click()
    page.locator("#t1").wait_for(state="visible")
    assert "The railway tunnel under the Orsk mountains" in page.locator("#t1-p2").inner_text()
    page.locator("summary", has_text="native.txt").click()
    assert page.locator("#t3").is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints(tab, pages, name):
    pdfium = pytest.importorskip("pypdfium2")
    page = tab(pages[name], scheme="dark")
    document = pdfium.PdfDocument(page.pdf(format="A4"))
    text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert len(document) >= 1
    assert "What it does not know" in text
    first = document[0].render(scale=0.2).to_numpy()
    assert first[0, 0].min() > 250  # on white paper


def test_a_printed_page_clips_nothing(tab, pages):
    page = tab(pages["machine"], width=680)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator(".sums .sum").first.is_visible()


def test_the_picture_of_the_documentation_is_small():
    picture = EXAMPLES.parent / "docs" / "report.png"
    assert picture.stat().st_size < 400_000
    assert picture.read_bytes().startswith(b"\x89PNG")
