"""A reader who searches finds the chapters."""

import pytest


@pytest.mark.parametrize(
    ("words", "chapter"),
    [
        ("log-sum-exp", "chapters/04-softmax-loss.html"),
        ("cross-entropy", "chapters/04-softmax-loss.html"),
        ("Jacobian", "chapters/05-backpropagation.html"),
    ],
)
def test_search_finds(open_page, words, chapter):
    page = open_page(f"search.html?q={words}")
    page.wait_for_selector("#search-results li a")
    page.wait_for_function(
        "chapter => [...document.querySelectorAll('#search-results li a')]"
        ".some((a) => a.getAttribute('href').includes(chapter))",
        arg=chapter,
    )


def test_search_for_nonsense_finds_nothing(open_page):
    page = open_page("search.html?q=xyzzyplugh")
    page.wait_for_selector("#search-results p")
    assert page.locator("#search-results li a").count() == 0


def test_an_excerpt_shows_a_formula_once(open_page):
    page = open_page("search.html?q=cancels")
    page.wait_for_selector("#search-results li a")
    text = page.evaluate("""async () => {
      const chapter = await fetch("chapters/05-backpropagation.html");
      return Search.htmlToText(await chapter.text(), "");
    }""")
    assert "a−y" in text
    assert "a−ya" not in text
