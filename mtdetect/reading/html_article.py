"""Which paragraphs of a page are its article.

In the spirit of Readability and trafilatura, but simpler: furniture is known by class names and by
being made of links; the article is what the markup calls so where that holds a good part of the
sentences, else the smallest element that holds most of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtdetect.reading.html_elements import ARTICLE, ARTICLE_TEXT, MAIN

if TYPE_CHECKING:
    from mtdetect.reading.html_page import Page, Paragraph

_LONG = 80  # characters of a paragraph that counts as sentences whatever it ends with
_SHORT = 25  # … that counts where it ends with a stop
_CELL_LONG, _CELL_SHORT = 60, 15  # the same, to keep a cell of a table
_MOSTLY_LINK = 0.75  # share of links that makes a paragraph furniture
_ENOUGH = 0.4  # share of the page's sentences that what the markup calls an article must hold
_CARD = 0.25  # an <article> smaller than this share of the largest is a teaser beside it
_MOST = 2 / 3  # share of the sentences that an element must hold to be stepped into, or kept


def choose(page: Page) -> list[Paragraph]:
    """The paragraphs of a page that are its text, in order; all where nothing stands out."""
    chosen = _choose(page)
    # A page of which nothing is left has misleading class names.
    return chosen or [paragraph for paragraph in page.paragraphs if not _is_code(paragraph)]


def _choose(page: Page) -> list[Paragraph]:
    furniture = _furniture(page)
    kept = [
        paragraph
        for paragraph in page.paragraphs
        if not furniture[paragraph.container] and _is_prose(paragraph, links=page.fragment)
    ]
    if page.fragment:
        return kept
    within = _inside(page, _roots(page, _sentences(page, kept), furniture))
    return [paragraph for paragraph in kept if within[paragraph.container]]


def _is_code(paragraph: Paragraph) -> bool:
    return paragraph.code >= paragraph.size


def _is_prose(paragraph: Paragraph, *, links: bool) -> bool:
    """Whether a paragraph may be running text; ``links`` says whether links alone may be."""
    if _is_code(paragraph) or not (links or paragraph.linked < _MOSTLY_LINK * paragraph.size):
        return False
    enough = _CELL_SHORT if paragraph.stopped else _CELL_LONG
    return paragraph.heading or not paragraph.cell or paragraph.size >= enough


def _is_sentences(paragraph: Paragraph) -> bool:
    """Whether a paragraph is what articles are made of."""
    enough = paragraph.size >= (_SHORT if paragraph.stopped else _LONG)
    return enough and not paragraph.heading and paragraph.linked < paragraph.size / 2


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Characters and paragraphs of sentences inside each container."""

    sizes: list[int]
    counts: list[int]


def _sentences(page: Page, paragraphs: list[Paragraph]) -> _Sentences:
    sizes, counts = [0] * len(page.containers), [0] * len(page.containers)
    for paragraph in paragraphs:
        if _is_sentences(paragraph):
            sizes[paragraph.container] += paragraph.size
            counts[paragraph.container] += 1
    for index in range(len(page.containers) - 1, 0, -1):  # containers come after their parents
        parent = page.containers[index].parent
        sizes[parent] += sizes[index]
        counts[parent] += counts[index]
    return _Sentences(sizes, counts)


def _furniture(page: Page) -> list[bool]:
    """Whether each container is furniture, by its class names or those around it.

    Not so where it is a wrapper of the article: it holds the main heading, what the markup calls
    the article or, comments apart, most of the sentences.
    """
    containers = page.containers
    sizes = _sentences(page, page.paragraphs).sizes
    wraps, holds_article = [False] * len(containers), [False] * len(containers)
    for index in range(len(containers) - 1, 0, -1):
        container = containers[index]
        wraps[index] |= container.title or (
            container.content in {ARTICLE_TEXT, MAIN} and container.furniture != "comments"
        )
        wraps[container.parent] |= wraps[index]
        own = container.content == ARTICLE and not container.furniture
        holds_article[container.parent] |= holds_article[index] or own
    result = [False] * len(containers)
    for index, container in enumerate(containers[1:], 1):
        holds_most = 0 < _MOST * sizes[0] <= sizes[index]
        named = {
            "": False,
            "comments": not wraps[index],
            "other": not (wraps[index] or holds_article[index] or holds_most),
            "form": not (wraps[index] or holds_most),
        }
        result[index] = result[container.parent] or named[container.furniture]
    return result


def _roots(page: Page, sentences: _Sentences, furniture: list[bool]) -> set[int]:
    """The containers that make up the article."""
    sizes = sentences.sizes
    for kind in (ARTICLE_TEXT, ARTICLE, MAIN):
        found = _outermost(page, kind, furniture)
        largest = max((sizes[index] for index in found), default=0)
        found = {index for index in found if sizes[index] and sizes[index] >= _CARD * largest}
        if found and sum(sizes[index] for index in found) >= _ENOUGH * sizes[0]:
            return found
    return {_densest(page, sentences)}


def _outermost(page: Page, kind: int, furniture: list[bool]) -> set[int]:
    """The containers of a kind that are not inside another one of it."""
    within = [False] * len(page.containers)
    found = set()
    for index, container in enumerate(page.containers[1:], 1):
        within[index] = within[container.parent]
        if container.content == kind and not furniture[index] and not within[index]:
            within[index] = True
            found.add(index)
    return found


def _densest(page: Page, sentences: _Sentences) -> int:
    """The smallest container with most of the sentences, and more than one paragraph of them."""
    here = 0
    for index, container in enumerate(page.containers[1:], 1):
        # Containers come in the order of their start tags, so one pass steps down all the way.
        if (
            container.parent == here
            and sentences.counts[index] > 1
            and sentences.sizes[index] >= _MOST * sentences.sizes[here]
        ):
            here = index
    return here


def _inside(page: Page, roots: set[int]) -> list[bool]:
    within = [False] * len(page.containers)
    within[0] = 0 in roots
    for index, container in enumerate(page.containers[1:], 1):
        within[index] = within[container.parent] or index in roots
    return within
