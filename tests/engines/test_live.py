"""In other browsers too, a page's cells run, a figure is drawn, and nothing is an error."""

import pytest

from tests.engines.test_engines import until
from tests.sources import HTML

SAID = "return document.querySelector('.sx-said')?.textContent ?? ''"
BUILT = (HTML / "_static" / "live" / "manifest.json").exists()


@pytest.mark.skipif(not BUILT, reason="the book is built without Python: make live")
def test_a_page_runs(engine, site):
    engine.open(f"{site}/chapters/b-multilabel-logistic-loss.html")
    engine.run("document.querySelector('.sx-live button').click()")
    ended = ("All done", "Cell")
    assert until(lambda: (s := engine.run(SAID)).startswith(ended) and s[-1] != "…", seconds=300)
    assert engine.run(SAID).startswith("All done")
    assert engine.run("return document.querySelector('.sx-fresh figure img').naturalWidth") > 500
    cells = "[...document.querySelectorAll('.cell')]"
    same = f"return {cells}.every((c) => c.softmaxLive?.same() ?? true)"
    assert engine.run(same)
    assert engine.errors(site) == []
