"""No file comes into the page whose checksum is not known, whoever sent it."""

import pytest

from tools.live import fetch


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """An empty cache, one wheel in the lock, and two sources; return what they will give."""
    given = {"release": OSError("not reachable"), "carrier": b"the wheel"}

    def source(key):
        def get(name):
            if isinstance(given[key], Exception):
                raise given[key]
            return given[key]

        return get

    entry = {"file_name": "some-1.whl", "sha256": fetch.sha256(b"the wheel")}
    monkeypatch.setattr(fetch, "lock", lambda: {"some": entry})
    monkeypatch.setattr(fetch, "SOURCES", [source("release"), source("carrier")])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return given


def test_the_next_source_is_asked_where_one_has_nothing_or_something_else(shelf):
    assert fetch.fetch("some-1.whl").read_bytes() == b"the wheel"
    fetch.fetch("some-1.whl").unlink()
    shelf["release"] = b"another wheel"
    assert fetch.fetch("some-1.whl").read_bytes() == b"the wheel"


def test_what_nobody_has_right_is_refused_and_not_kept(shelf):
    shelf["carrier"] = b"the wheel, and more"
    with pytest.raises(SystemExit, match=r"(?s)some-1.whl .*not reachable.* has checksum"):
        fetch.fetch("some-1.whl")
    assert not (fetch.folder() / "some-1.whl").exists()


def test_a_spoilt_file_in_the_cache_is_fetched_again(shelf):
    fetch.fetch("some-1.whl").write_bytes(b"half")
    assert fetch.fetch("some-1.whl").read_bytes() == b"the wheel"
