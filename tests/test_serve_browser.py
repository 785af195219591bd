"""The page of the service in a browser: with and without its script, by mouse and by keyboard.

Needs the ``playwright`` package and an installed Chromium.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from conftest import load_script

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from serving import service
from test_browser import LOW_CONTRAST

screenshot = load_script("screenshot")

EXAMPLES = Path(__file__).parent.parent / "examples"
SPLICED = (EXAMPLES / "spliced.txt").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not screenshot.installed(), reason="no Chromium is installed"),
    pytest.mark.skipif(
        not importlib.util.find_spec("playwright"), reason="the package playwright is missing"
    ),
]

DROP = """([name, content, count]) => {
  const carried = new DataTransfer();
  for (let i = 0; i < count; i += 1) carried.items.add(new File([content], name));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  }
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    options = ("--workers", "1", "--max-bytes", "100000", "--timeout", "60")
    with service(tmp_path_factory.mktemp("serve"), *options) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    with screenshot.chromium() as started:
        yield started


@pytest.fixture
def tab(browser, running):
    """Opens the page in a fresh tab that complains of errors and of requests elsewhere."""
    contexts, noise = [], []

    def open_(*, script=True, width=1200, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: noise.append(request.url))
        page.goto(running.address)
        return page

    yield open_
    for context in contexts:
        context.close()
    expected = (
        running.address,
        f"blob:{running.address}",
        "data:,",
        # A report in the frame may not run its script; it reads the same without.
        "Blocked script execution in 'blob:",
        "Failed to load resource: the server responded with a status of 4",
    )
    assert [line for line in noise if not line.startswith(expected)] == []


def report_of(page):
    page.locator("#report").wait_for(state="visible")
    return page.frame_locator("#frame")


def test_a_pasted_text_is_shown_with_its_report(tab):
    page = tab()
    page.get_by_label("Paste a text").fill(SPLICED)
    page.get_by_role("button", name="Look for machine translation").click()
    report = report_of(page)
    report.get_by_role("heading", name="One passage looks machine-translated").wait_for()
    assert page.evaluate("document.activeElement.id") == "report-title"
    assert page.get_by_role("alert").inner_text() == ""
    # In its own style, and at full height.
    family = report.locator("h1").evaluate("(e) => getComputedStyle(e).fontFamily")
    assert "serif" in family
    page.wait_for_function(
        """() => {
          const frame = document.getElementById("frame");
          const inside = frame.contentDocument.documentElement.scrollHeight;
          return inside > 1000 && Math.abs(frame.clientHeight - inside) < 8;
        }"""
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_links_inside_the_report_work(tab):
    page = tab()
    page.get_by_label("Paste a text").fill(SPLICED)
    page.get_by_label("Paste a text").press("Control+Enter")
    report = report_of(page)
    report.locator(".passages a").first.click()
    report.locator(".para:target").wait_for()
    assert report.get_by_role("heading", name="One passage").count() == 1
    assert page.evaluate("scrollY") > 500


def test_the_report_can_be_saved_and_opened(tab):
    page = tab()
    page.get_by_label("Paste a text").fill(SPLICED)
    page.get_by_role("button", name="Look for machine translation").click()
    report_of(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save").click()
    saved = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert waiting.value.suggested_filename == "report.html"
    assert saved.startswith("<!doctype html>")
    assert "One passage looks machine-translated" in saved
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open on a page of its own").click()
    opened.value.get_by_role("heading", name="One passage looks machine-translated").wait_for()


def test_a_chosen_file_takes_the_place_of_the_text(tab):
    page = tab()
    page.get_by_label("Paste a text").fill("Something else.")
    page.get_by_label("or choose a file").set_input_files(EXAMPLES / "native.txt")
    assert page.get_by_label("Paste a text").input_value() == ""
    page.get_by_role("button", name="Look for machine translation").click()
    assert "native.txt" in report_of(page).locator("header").inner_text()
    page.get_by_label("Paste a text").fill("Something else.")
    assert page.get_by_label("or choose a file").input_value() == ""


def test_a_file_is_dropped(tab):
    page = tab()
    page.evaluate(DROP, ["dropped.md", SPLICED, 1])
    assert "dropped.md" in report_of(page).locator("header").inner_text()
    page.evaluate(DROP, ["dropped.md", SPLICED, 2])
    assert page.get_by_role("alert").inner_text() == "One file at a time, please."


def test_what_is_wrong_is_said_and_the_text_stays(tab):
    page = tab()
    button = page.get_by_role("button", name="Look for machine translation")
    button.click()
    alert = page.get_by_role("alert").filter(has_text="There is neither text nor file.")
    alert.wait_for()
    page.get_by_label("Paste a text").fill("word " * 30_000)
    button.click()
    page.get_by_role("alert").filter(has_text="Larger than 100,000 bytes.").wait_for()
    assert page.get_by_label("Paste a text").input_value().startswith("word word")
    page.evaluate(DROP, ["broken.pdf", "%PDF-1.7", 1])
    page.get_by_role("alert").filter(has_text="PDF").wait_for()
    assert not page.locator("#report").is_visible()


def test_without_a_script_it_is_a_form(tab):
    page = tab(script=False)
    assert not page.locator("#drop").is_visible()
    page.get_by_label("Paste a text").fill(SPLICED)
    page.get_by_role("button", name="Look for machine translation").click()
    page.get_by_role("heading", name="One passage looks machine-translated").wait_for()
    page.go_back()
    page.get_by_label("or choose a file").set_input_files(EXAMPLES / "native.txt")
    page.get_by_label("Paste a text").fill("")
    page.get_by_role("button", name="Look for machine translation").click()
    page.get_by_text("native.txt").first.wait_for()
    page.go_back()
    page.get_by_label("or choose a file").set_input_files([])
    page.get_by_role("button", name="Look for machine translation").click()
    page.get_by_text("There is neither text nor file.").wait_for()
    page.get_by_role("link", name="Back to the form").click()
    assert page.get_by_role("button", name="Look for machine translation").is_visible()


def test_the_keyboard_suffices(tab):
    page = tab()
    page.keyboard.press("Tab")
    page.keyboard.insert_text("Too short to tell.")
    visited = [page.evaluate("document.activeElement.id")]
    for _ in range(2):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.id"))
    assert visited == ["text", "file", "send"]
    page.keyboard.press("Enter")
    report_of(page).get_by_text("words of prose").first.wait_for()


def test_a_screen_reader_hears_names_and_landmarks(tab):
    page = tab()
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("contentinfo").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("form", name="Was this text translated").count() == 1
    assert page.get_by_role("textbox", name="Paste a text").count() == 1
    assert page.get_by_role("status").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_legible(tab, scheme):
    page = tab(scheme=scheme)
    page.get_by_role("button", name="Look for machine translation").click()
    page.get_by_role("alert").filter(has_text="neither").wait_for()
    seen = page.evaluate(LOW_CONTRAST)
    assert seen["texts"] > 8
    assert seen["found"] == []


def test_a_narrow_screen_needs_no_scrolling_sideways(tab):
    page = tab(width=340)
    assert page.evaluate("document.documentElement.scrollWidth") <= 340


def test_the_policy_stops_scripts_and_requests(browser, running):
    page = browser.new_page()
    page.goto(running.address)
    stopped = page.evaluate(
        """async () => {
          const stopped = [];
          addEventListener("securitypolicyviolation", (e) => stopped.push(e.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "document.title = 'owned'";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "https://example.org/x.png";
          document.body.append(image);
          await fetch("https://example.org/").catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 100));
          return stopped;
        }"""
    )
    assert {"script-src-elem", "img-src", "connect-src"} <= set(stopped)
    assert page.title() == "mtdetect"
    page.close()


def test_pages_of_others_may_neither_frame_nor_send(browser, running, tmp_path):
    evil = tmp_path / "evil.html"
    evil.write_text(
        f"<iframe src='{running.address}'></iframe><form method='post'"
        f" enctype='multipart/form-data' action='{running.address}score'>"
        "<input name='text' value='x'><button>Send</button></form>",
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(evil.as_uri())
    assert not [frame for frame in page.frames[1:] if frame.locator("form").count()]
    page.get_by_role("button").click()
    page.get_by_text("Pages of other sites may not send texts.").wait_for()
    page.close()
