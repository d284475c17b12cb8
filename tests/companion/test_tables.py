"""Tables that cells print, as text and as HTML."""

import xml.etree.ElementTree as ET

from softmax_book.tables import FIGURE_SPACE, POINT_SPACE, table


def test_text_has_the_points_below_each_other():
    shown = table(
        "**T** of `x`", ["", "$T$", "loss"], [["a", 1.0, "0.25"], ["b", 12.5, "1"]], ".1f"
    )
    assert str(shown).split("\n") == ["T of x", "      T  loss", "a   1.0  0.25", "b  12.5  1"]
    assert repr(shown) == str(shown)


def test_a_star_and_an_exponent_move_no_point():
    rows = [["x", "0.12", "5*"], ["y", "4.2e-18", "20"], ["z", 9, "3"]]
    shown = table("", ["", "a", "b"], rows)
    assert str(shown).split("\n")[2:] == ["x  0.12      5*", "y  4.2e-18  20", "z  9         3"]
    html = shown._repr_html_()
    assert '<td>5<span class="star">*</span></td>' in html  # which takes no room (book.css)
    assert "<td>20</td>" in html


def test_a_number_with_its_error_and_a_range_stay_on_one_line():
    shown = table("", ["", "mean", "epochs"], [["a", "0.1 ± 0.2", "2–3"]])
    assert "<td>0.1\u00a0±\u00a00.2</td><td>2\u2060–\u20603</td>" in shown._repr_html_()


def test_html_has_a_caption_and_header_cells():
    shown = table("a < b", ["name", "$a<b$"], [["x_y", 1.5], ["`f`", 2]])
    tree = ET.fromstring(shown._repr_html_().replace("<wbr>", ""))
    assert tree.find("caption").text == "a < b"
    assert [cell.get("scope") for cell in tree.iter("th")] == ["col", "col", "row", "row"]
    assert [cell.text for cell in tree.iter("td")] == ["1.5", f"2{POINT_SPACE}{FIGURE_SPACE}"]
    assert tree.find(".//tbody//code").text == "f"


def test_what_is_too_wide_for_a_phone_is_stacked():
    rows = [["one", *["0.12345678"] * 6]]
    wide = table("", ["", *"abcdef"], rows)._repr_html_()
    assert 'class="printed stacked"' in wide
    assert '<td data-name="f">' in wide
    assert "stacked" not in table("", ["", "a"], [["one", 1]])._repr_html_()


def test_long_tables_can_be_sorted():
    assert "sortable" in table("", ["", "a"], [["x", k] for k in range(8)])._repr_html_()
    assert "sortable" not in table("", ["", "a"], [["x", k] for k in range(7)])._repr_html_()
