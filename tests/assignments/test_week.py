"""An instructor's week without the marking: import, points by hand, totals, what goes out."""

import csv
import io
import json
import os
import shutil
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest

from assignments.grading import collect, grade, mark, marks, out, roster, store, textfile, unpack
from tests.assignments.submissions import submission

MOODLE = (
    "Ada Lovelace_1234_assignsubmission_file_/ps1.ipynb",
    "Ada Lovelace_9876_assignsubmission_file_/PS2.IPYNB",  # another number in another set
    "Émilie du Châtelet_77_assignsubmission_file_/my work.ipynb",
    "Émilie du Châtelet_77_assignsubmission_file_/notes.pdf",
    "Sofja_5_assignsubmission_file_ps1.ipynb",
)
CANVAS = (
    "lovelaceada_LATE_5678_9012_ps1-1.ipynb",
    "lovelaceada_5678_9000_ps1.ipynb",  # the earlier attempt
    "duchateletemilie_31_9013_ps1.ipynb",
)
BLACKBOARD = (
    "PS1_alovelace_attempt_2026-11-20-23-10-05_ps1.ipynb",
    "PS1_alovelace_attempt_2026-11-21-08-00-00_ps1.ipynb",
    "PS1_alovelace_attempt_2026-11-21-08-00-00.txt",
)
ROSTER = "student;id;login;name\nada;5678;alovelace;Ada Lovelace\nemilie;31;;Emilie du Chatelet\n"
ROSTER += "sofja;5;;Sofja\nnoether;8;;Emmy Noether\n"


def put(folder, names):
    """Blank notebooks, and other files as they are."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(submission("ps1", {})) if "nb" in name.lower() else "")


def zipped(folder, target):
    """The folder as a zip."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(folder))


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize(
    ("names", "wanted", "said"),
    [
        (
            MOODLE,
            {("ada", "ps1"), ("ada", "ps2"), ("emilie", "ps1"), ("sofja", "ps1")},
            [
                "ignored: Émilie du Châtelet_77_assignsubmission_file_/notes.pdf",
                "missing: ps1 of noether",
                "missing: ps2 of emilie",
            ],
        ),
        (
            CANVAS,
            {("ada", "ps1"), ("emilie", "ps1")},
            ["late, says the platform: ada", "earlier attempt of ada", "missing: ps1 of sofja"],
        ),
        (
            BLACKBOARD,
            {("ada", "ps1")},
            [
                "ignored: PS1_alovelace_attempt_2026-11-21-08-00-00.txt",
                "earlier attempt of ada, ps1: PS1_alovelace_attempt_2026-11-20-23-10-05",
            ],
        ),
    ],
)
def test_downloads_as_they_come(names, wanted, said, as_zip, keys, tmp_path):
    put(tmp_path / "in", names)
    roster, scratch, submitted = tmp_path / "roster.csv", tmp_path / "scratch", tmp_path / "in"
    roster.write_text(ROSTER, encoding="latin-1")
    scratch.mkdir()
    if as_zip:
        submitted = tmp_path / "download.zip"
        zipped(tmp_path / "in", submitted)
    found, notes = collect.find(submitted, keys, roster, scratch)
    assert {(one.student, one.assignment) for one in found} == wanted
    for text in said:
        if as_zip:
            text = text.replace("ignored: ", "ignored: download.zip: ")
        assert any(note.startswith(text) for note in notes), (text, notes)


def test_a_number_that_a_browser_added_is_nobodys_name(keys, tmp_path):
    put(tmp_path, ["ps1.ipynb", "ps1 (1).ipynb", "ada_ps2 (3).ipynb", "bob (1).ipynb"])
    found, _ = collect.find(tmp_path, keys)
    assert [one.student for one in found] == ["ada", "bob", "ps1", "ps1 (1)"]


SILENT = (
    ".DS_Store", "__MACOSX/ps1.ipynb", "__MACOSX/w.zip", ".ipynb_checkpoints/work.ipynb",
    ".ipynb_checkpoints/ps1-checkpoint.ipynb", "._work.ipynb", "._w.zip",
)  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_systems_and_editors_leave_is_nobodys_notebook(name, keys, tmp_path):
    files = {"ada/work.ipynb": None, f"ada/{name}": PS1 if "zip" in name else None}
    inside = packed("work.ipynb", (name, PS1) if "zip" in name else name)
    assert collected(tmp_path, keys, {**files, "bob.zip": inside}) == (["ada", "bob"], [])


def test_nbgraders_timestamps_need_no_line(keys, tmp_path):
    files = dict.fromkeys(
        f"{who}/ps1/{n}" for who in ("ada", "bob") for n in ("timestamp.txt", "ps1.ipynb")
    )
    assert collected(tmp_path, keys, files) == (["ada", "bob"], [])


def test_a_stranger_and_an_unknown_file_are_named(keys, tmp_path):
    put(tmp_path / "in", ["stranger_ps1.ipynb", "readme.md"])
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    found, notes = collect.find(tmp_path / "in", keys, tmp_path / "roster.csv")
    assert [one.student for one in found] == ["stranger"]
    assert any("not on the roster: stranger" in note for note in notes)
    assert "ignored: readme.md" in notes


def test_a_zip_cannot_write_outside_or_without_end(keys, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name in ("../..", f"/{tmp_path}", f"//{tmp_path}", str(tmp_path)):
            archive.writestr(f"{name}/outside_ps1.ipynb", "{}")
            archive.writestr(f"{name}/outside_ps1.ipynb".replace("/", "\\"), "{}")
        archive.writestr("ada_ps1.ipynb", b" " * 30_000_000)
    (tmp_path / "scratch").mkdir()
    found, _ = collect.find(tmp_path / "bad.zip", keys, None, tmp_path / "scratch")
    (ada,) = [one for one in found if one.student == "ada"]
    assert all(tmp_path / "scratch" in one.path.parents for one in found)
    assert not [path for path in tmp_path.glob("**/outside*") if "scratch" not in path.parts]
    with pytest.raises(grade.notebook.Unreadable, match="larger"):
        grade.notebook.read_submission(ada.path)


def test_what_is_in_a_students_zip_has_an_end(keys, tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "WHOLE", 3_000_000)
    large = [(f"{number}/ps1.ipynb", b" " * 2_000_000) for number in range(4)]
    bad = packed(*large).replace(b" " * 100, b"\0" * 100)  # each a broken notebook
    two = packed(("1.zip", packed(*large)), ("2.zip", packed(*large)))
    files = {"ada.zip": packed(*large), "bob.zip": PS1, "eve.zip": bad, "kim.zip": two}
    students, notes = collected(tmp_path, keys, files)
    ada, eve = ([f"{name} ({number}/ps1.ipynb)" for number in (2, 3)] for name in ("ada", "eve"))
    kim = [f"kim ({number}/ps1.ipynb)" for number in (2, 3)]  # all zips in it together
    assert students == [*ada, "bob", *eve, *kim]
    assert [note for note in notes if "more than 3 MB" in note][1:]


def test_each_zip_in_a_classes_zip_has_an_end_of_its_own(keys, tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "WHOLE", 3_000_000)
    large = packed(*[(f"{number}/ps1.ipynb", b" " * 2_000_000) for number in range(4)])
    (tmp_path / "all.zip").write_bytes(packed(("bob.zip", PS1), ("ada.zip", large)))
    (tmp_path / "scratch").mkdir()
    found, notes = collect.find(tmp_path / "all.zip", keys, None, tmp_path / "scratch")
    assert [one.student for one in found] == ["ada (2/ps1.ipynb)", "ada (3/ps1.ipynb)", "bob"]
    assert len([note for note in notes if "more than 3 MB" in note]) == 2


def packed(*members):
    """A zip as bytes, its members a name, or a name and what it holds."""
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as archive:
        warnings.simplefilter("ignore")  # about a name that is there twice
        for member in members:
            name, content = (member, None) if isinstance(member, str) else member
            archive.writestr(name, content or json.dumps(submission("ps1", {})))
    return made.getvalue()


def collected(tmp_path, keys, files, roster=None):
    """The students' names and the notes, from files of these names: zips' bytes, or notebooks."""
    for name, content in files.items():
        put(tmp_path / "in", [name])
        if content:
            (tmp_path / "in" / name).write_bytes(content)
    (tmp_path / "scratch").mkdir()
    table = tmp_path / "roster.csv"
    table.write_text(f"student,alias,alias\n{roster}", encoding="utf-8")
    found, notes = collect.find(
        tmp_path / "in", keys, table if roster else None, tmp_path / "scratch"
    )
    assert len({(one.student, one.assignment) for one in found}) == len(found)
    assert {one.assignment for one in found} <= {"ps1"}
    return [one.student for one in found], notes


PS1, TWO = packed("ps1.ipynb"), packed("ps1.ipynb", "ps1.ipynb")
ADA, EMILIE = "lovelaceada_5678_9012_ps1.zip", "duchateletemilie_31_9013_ps1.zip"
FLAT = "Ada Lovelace_1_assignsubmission_file_work.zip", "Sofja_5_assignsubmission_file_work.zip"
BLACK = (
    "PS1_alovelace_attempt_2026-11-20-23-10-05_work.zip",
    "PS1_alovelace_attempt_2026-11-21-08-00-00_work.zip",
)
CLASS = packed("ada_ps1.ipynb", "bob_ps1.ipynb")
TREE = packed("ada/ps1/ps1.ipynb", "bob/ps1/ps1.ipynb")


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({ADA: PS1, EMILIE: PS1}, ["duchateletemilie", "lovelaceada"]),
        (dict.fromkeys(FLAT, PS1), ["Ada Lovelace", "Sofja"]),
        (dict.fromkeys(BLACK, PS1), ["alovelace"]),
        ({"ada_ps1.zip": PS1, "curie_ps1.zip": PS1}, ["ada", "curie"]),
        ({"Ada.ZIP": packed("my work.ipynb"), "bob (1).zip": PS1}, ["Ada", "bob"]),
        ({"ada.zip": packed("ps1.ipynb", "ps1 (1).ipynb")}, ["ada"]),
        ({"ada.zip": packed(("in/w.zip", PS1)), "bob.zip": PS1}, ["ada", "bob"]),
        ({"all.zip": packed((ADA, PS1), (EMILIE, PS1))}, ["duchateletemilie", "lovelaceada"]),
        ({"all.zip": CLASS}, ["ada", "bob"]),
        ({"in/ada_ps1.ipynb": None, "in/bob_ps1.ipynb": None}, ["ada", "bob"]),
        ({"one.zip": TREE, "two.zip": packed("eve/ps1/ps1.ipynb", "kim/ps1/ps1.ipynb")},
         ["ada", "bob", "eve", "kim"]),
        ({"one.zip": CLASS, "two.zip": CLASS},
         ["one (ada_ps1.ipynb)", "one (bob_ps1.ipynb)",
          "two (ada_ps1.ipynb)", "two (bob_ps1.ipynb)"]),
        ({"course/ada/ps1/ps1.ipynb": None, "course/bob/ps1/ps1.ipynb": None}, ["ada", "bob"]),
        ({"ada/ps1/w.zip": PS1}, ["ada"]),
        ({ADA: packed("ps1.ipynb", "ps1-Copy1.ipynb"), EMILIE: TWO},
         ["duchateletemilie", "lovelaceada"]),
        ({"ada.zip": packed("Émilie\\ps1.ipynb"), "E\u0301mile_ps1.zip": PS1}, ["ada", "Émile"]),
        ({"ada_ps1.ipynb.zip": PS1, "bob_ps1(1).ipynb": None, "eve_ps1-1.ipynb": None},
         ["ada", "bob", "eve"]),
        # A name in UTF-8 without a word on it, one as DOS wrote them, and one with DOS's signs.
        ({"all.zip": packed("bob_ps1.ipynb", "XYZmilie_ps1.ipynb", "Xva_ps1.ipynb", "├⌐_ps1.ipynb")
          .replace(b"XYZ", "E\u0301".encode()).replace(b"Xva", b"\x90va")},
         ["bob", "Émilie", "Éva", "├⌐"]),
        ({"ps1.zip": packed("ada_ps1.ipynb", "ps1/bob_ps1.ipynb"), "eve_ps1.ipynb": None},
         ["ada", "bob", "eve"]),
        # A folder is not named by Canvas.
        ({"ada_31_901_x/ada/ps1.ipynb": None, "bob/ps1.ipynb": None}, ["ada_31_901_x", "bob"]),
        ({"ada_ps1.ipynb": None, "._ada_ps1.ipynb": None, "._bob_ps1.zip": PS1}, ["ada"]),
        ({"E\u0301mile/ps1/ps1.ipynb": None, "Ada_1_assignsubmission_file_/ps1/scan.pdf": None},
         ["Émile"]),
        ({"group_1_2_ps1.ipynb": None, "group_1_3_ps1.ipynb": None}, ["group_1_2", "group_1_3"]),
        ({"ps1_2026_110_ada.ipynb": None, "ps1_2026_120_bob.ipynb": None},
         ["2026_110_ada", "2026_120_bob"]),
        ({"submission_1/ps1.ipynb": None, "submission_2/ps1.ipynb": None},
         ["submission_1", "submission_2"]),
        # Two zips of one name.
        ({"all.zip": packed(*[(f"x{sign}ada_ps1.zip", PS1) for sign in "/\\"],
                            ("y/ada_ps1.zip", PS1), ("y/bob_ps1.zip", PS1))},
         ["x (ada_ps1 (2).zip/ps1.ipynb)", "x (ada_ps1.zip/ps1.ipynb)",
          "y (ada_ps1.zip/ps1.ipynb)", "y (bob_ps1.zip/ps1.ipynb)"]),
        # Another's name in a student's zip does not replace what the other handed in.
        ({ADA: PS1, EMILIE: packed("lovelaceada_5678_9999_ps1.ipynb")},
         ["duchateletemilie", "lovelaceada"]),
    ],
)  # fmt: skip
def test_each_zip_is_its_students(files, wanted, keys, tmp_path):
    assert collected(tmp_path, keys, files)[0] == wanted


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        # A file and a zip of one name, in Moodle's folder of one student.
        ({"Ada_1_assignsubmission_file_/ps1.ipynb": None,
          "Ada_1_assignsubmission_file_/w.zip": PS1},
         ["Ada (ps1.ipynb)", "Ada (w.zip/ps1.ipynb)"]),
        # Two students of one name.
        ({"Wei Wang_7_assignsubmission_file_/ps1.ipynb": None,
          "Wei Wang_8_assignsubmission_file_/ps1.ipynb": None},
         ["Wei Wang (Wei Wang_7_assignsubmission_file_/ps1.ipynb)",
          "Wei Wang (Wei Wang_8_assignsubmission_file_/ps1.ipynb)"]),
        ({"wangwei_31_9012_ps1.ipynb": None, "wangwei_32_9013_ps1.ipynb": None},
         ["wangwei (wangwei_31_9012_ps1.ipynb)", "wangwei (wangwei_32_9013_ps1.ipynb)"]),
        ({"Participant_7_assignsubmission_file_/ps1.ipynb": None,
          "Participant_8_assignsubmission_file_/ps1.ipynb": None},
         ["Participant 7", "Participant 8"]),
        # A newer file of another name, and another's of the same name.
        (dict.fromkeys(["adal_5_9012_ps1.ipynb", "adal_5_9013_ps1_final.ipynb"]),
         ["adal (adal_5_9012_ps1.ipynb)", "adal (adal_5_9013_ps1_final.ipynb)"]),
        (dict.fromkeys(["adal_5_9012_ps1.ipynb", "adal_6_9013_ps1 (1).ipynb"]),
         ["adal (adal_5_9012_ps1.ipynb)", "adal (adal_6_9013_ps1 (1).ipynb)"]),
        # Two files, of which neither is an attempt at the other.
        (dict.fromkeys(["adal_5_9012_ps1-ada.ipynb", "adal_5_9013_ps1-notes.ipynb"]),
         ["adal (adal_5_9012_ps1-ada.ipynb)", "adal (adal_5_9013_ps1-notes.ipynb)"]),
        # Two files of one attempt.
        (dict.fromkeys([BLACK[0].replace("work.zip", n) for n in ("a.ipynb", "b.ipynb")]),
         [f"alovelace ({BLACK[0].replace('work.zip', n)})" for n in ("a.ipynb", "b.ipynb")]),
    ],
)  # fmt: skip
def test_two_notebooks_have_two_names(files, wanted, keys, tmp_path):
    assert collected(tmp_path, keys, files)[0] == wanted


SMITHS = "Jane Smith,smith,4711\nJohn Smith,jsmith,4712\n"


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        ("John Smith_1_assignsubmission_file_/ps1.ipynb", "John Smith", None),
        ("John A Smith_1_assignsubmission_file_/ps1.ipynb", "John A Smith", "unclear"),
        ("Kate Smith_1_assignsubmission_file_/ps1.ipynb", "Kate Smith", "unclear"),
        ("Kate_4711_assignsubmission_file_/ps1.ipynb", "Kate", "not on the roster"),
        ("smithjohn_99_9012_ps1.ipynb", "John Smith", "names alone decide"),
        ("kate_4712_9012_ps1.ipynb", "John Smith", None),
        ("Smith, John_ps1.ipynb", "John Smith", None),
        ("smith_ps1.ipynb", "Jane Smith", None),
        ("jsmith_final_ps1.ipynb", "John Smith", None),
        ("kate_4711_ps1.ipynb", "Jane Smith", None),
        ("john_4711_ps1.ipynb", "john_4711", "unclear"),
        ("PS1_kate_attempt_2026-11-20-23-10-05_smith.ipynb", "kate", "not on the roster"),
        ("PS1_j_smith_attempt_2026-11-20-23-10-05_ps1.ipynb", "John Smith", None),
        ("jsmith/ps1/smithjane_4711_9999_ps1.ipynb", "John Smith", None),
        ("week 4711/jsmith/ps1/ps1.ipynb", "Jane Smith", None),
        ("week 1/jsmith/ps1/ps1.ipynb", "week 1", "not on the roster: week 1 (week 1/jsmith/ps1"),
        ("jsmith_ps1.zip/kate_9_9999_ps1.ipynb", "John Smith", "names alone decide"),
        ("kate_ps1.zip/jsmith_ps1.ipynb", "kate", "not on the roster: kate (kate_ps1.zip/jsmith"),
        ("kate/ps1/ps1_jsmith.ipynb", "kate", "not on the roster: kate"),
        ("jsmith_ps1_final.ipynb", "John Smith", None),
        ("ps1-4712-Jane Smith.ipynb", "4712-Jane Smith", "unclear"),
        ("ps1-4711.ipynb", "Jane Smith", None),
        ("John Maria Smith jsmith_8_assignsubmission_file_/ps1.ipynb", "John Smith", None),
        ("smith section/jsmith_ps1.ipynb", "smith section", "unclear"),
        ("Participant_4711_assignsubmission_file_/ps1.ipynb", "Participant 4711", "not on the"),
    ],
)
def test_no_submission_goes_to_a_namesake(name, wanted, said, keys, tmp_path):
    students, notes = collected(tmp_path, keys, {name: None}, SMITHS)
    assert students == [wanted]
    notes = [note for note in notes if not note.startswith("missing")]
    assert [said in note for note in notes] == ([True] if said else [])


WANGS = "a,31,wangli,Li Wang\nb,32,wangli2,Li Wang\nc,33,-,Li Na\nd,34,-,Na Li\ne,-,-,Bo Li\n"


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        # A platform's number decides between namesakes, and against a login that is another's name.
        ("wangli_31_9012_ps1.ipynb", "a", None),
        ("wangli_32_9012_ps1.ipynb", "b", None),
        ("wangli_33_9012_ps1.ipynb", "wangli", "may be a, b, c; put it into"),
        ("lina_34_9012_ps1.ipynb", "d", None),
        ("libo_31_9012_ps1.ipynb", "libo", "may be a, e; put it into"),
        # Nobody's number is a stranger's, but where the roster has none for that name.
        ("linanana_99_9012_ps1.ipynb", "linanana", "not on the roster: linanana (linanana_99"),
        ("libo_99_9012_ps1.ipynb", "e", None),
        # Neither a login nor an order of words decides between namesakes.
        ("wangli/ps1/ps1.ipynb", "a", None),  # a folder called as a login is that student's
        ("Li Na_1_assignsubmission_file_/ps1.ipynb", "Li Na", "may be c, d; put it into"),
        ("wangli2_ps1.ipynb", "b", None),
        ("wangli_32222_ps1.ipynb", "wangli_32222", "may be a, b; put it into"),
    ],
)
def test_of_namesakes_none_gets_the_others_mark(name, wanted, said, keys, tmp_path):
    files = {name: None, "zed_35_9999_ps1.ipynb": None}  # by whom Canvas's numbers are known
    students, notes = collected(tmp_path, keys, files, f"{WANGS}zed,35,-,-\n")
    assert students == [wanted, "zed"]
    notes = [note for note in notes if not note.startswith("missing")]
    assert [said in note for note in notes if said] == [True] * len(notes)


ABC = "ada,4711,alov,Ada Lovelace\nbob,4712,bbee,Bob Bee\ncy,77,cdee,Cy Dee\nanna,-,-,Anna Ono\n"
AGAIN = {f"lovelaceada_4711_{n}_ps1.ipynb": None for n in (9001, 9002, 9003, 9004, 9005)}
IN_A_SET = {"ps1/all.zip": packed("ada.ipynb", "bob.ipynb")}


@pytest.mark.parametrize(
    ("files", "roster", "wanted"),
    [
        # What is unclear is not called as a student of the roster, who would have its mark.
        (["alov_4712_9001_ps1.ipynb"], "alov,4711,-\nbob,4712,-\n", ["alov (unclear)"]),
        # One number that is on the roster by chance makes nobody else unclear.
        (["lovelaceada_77_9001_ps1.ipynb", "beebob_9_9002_ps1.ipynb", "deecy_8_9003_ps1.ipynb"],
         ABC, ["bob", "cy", "lovelaceada"]),
        (["roekate_77_9001_ps1.ipynb", "beebob_9_9002_ps1.ipynb", "deecy_8_9003_ps1.ipynb"],
         ABC, ["bob", "cy", "roekate"]),
        # A student's folder is not the class's, whatever else lies in it.
        (["Kate/bbee.ipynb", "Kate/cdee_copy.ipynb", "Kate/ps1.ipynb"], ABC,
         ["Kate (bbee.ipynb)", "Kate (cdee_copy.ipynb)", "Kate (ps1.ipynb)"]),
        (["ada/ps1/ps1.ipynb", "ada/ps1/helper.ipynb", "ada/ps1/plots.ipynb"], None,
         ["ada (helper.ipynb)", "ada (plots.ipynb)", "ada (ps1.ipynb)"]),
        # But one that a set's folder holds may be, and so may one of which a word is two students'.
        (IN_A_SET, ABC, ["ada", "bob"]),
        (["Team Ono/alov_ps1.ipynb", "Team Ono/bbee_ps1.ipynb"], ABC + "ina,-,-,Ina Ono\n",
         ["ada", "bob"]),
        # A digit tells namesakes apart at Canvas; an attachment's number is no student's.
        (["deecy2_77_4711_ps1.ipynb"], ABC, ["cy"]),
        (AGAIN, ABC, ["ada"]),  # of one student's attempts, however many, the last
        (["alov_draft_ps1.ipynb", "bbee_Abgabe_ps1.ipynb"], ABC, ["ada", "bob"]),
        (["ada/ps1.ipynb", "ada/ps1 - Copy.ipynb", "ada/ps1 copy 2.ipynb"], ABC, ["ada"]),
    ],
)  # fmt: skip
def test_whose_deliveries_are(files, roster, wanted, keys, tmp_path):
    files = files if isinstance(files, dict) else dict.fromkeys(files)
    assert sorted(collected(tmp_path, keys, files, roster)[0]) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "wangli_33_9012_ps1.ipynb",
        "wangli/ps1/ps1.ipynb",
        "Li Na_1_assignsubmission_file_/ps1.ipynb",
        "wangli_32222_ps1.ipynb",
        "stranger_ps1.zip",
    ],
)
def test_a_folder_of_the_students_number_settles_whose_it_is(name, keys, tmp_path):
    files = {f"34/{name}": PS1 if "zip" in name else None, "zed_35_9999_ps1.ipynb": None}
    students, notes = collected(tmp_path, keys, files, f"{WANGS}zed,35,-,-\n")
    assert students == ["d", "zed"]
    assert {note.split(":")[0] for note in notes} == {"missing"}


def test_a_name_beside_nobodys_number_is_unclear(keys, tmp_path):
    files = dict.fromkeys(["wangbo_99_9012_ps1.ipynb", "zed_35_9013_ps1.ipynb"])
    students, notes = collected(tmp_path, keys, files, "b,31,Bo Wang\nzed,35,-\n")
    assert students == ["wangbo", "zed"]
    (note,) = [note for note in notes if "unclear" in note]
    assert "wangbo (wangbo_99_9012_ps1.ipynb) may be b by name, but the number 99 is" in note


def test_canvass_own_numbers_tell_the_last_attempt(keys, tmp_path):
    names = [f"adal_5_9012_ps1{again}.ipynb" for again in ("", "-2", "-10")]
    students, notes = collected(tmp_path, keys, dict.fromkeys(names))
    assert students == ["adal"]
    assert sorted(notes) == [f"earlier attempt of adal, ps1: {name}" for name in sorted(names[:2])]


@pytest.mark.parametrize(
    ("title", "work", "wanted"),
    [("PS1", "my work", "ps1"), ("PS1", "ps2", "ps2"), ("PS1", "", "ps1"), ("Work", "PS1", "ps1")],
)
def test_blackboards_own_name_of_the_set_counts(title, work, wanted, keys, tmp_path):
    name = f"{title}_alovelace_attempt_2026-11-20-23-10-05_{work}".rstrip("_")
    (tmp_path / f"{name}.ipynb").write_text("broken, so that only names tell the set")
    assert [one.assignment for one in collect.find(tmp_path, keys)[0]] == [wanted]


def test_of_a_set_that_nobody_can_tell_nobody_is_missing(keys, tmp_path):
    (tmp_path / "ada_work.ipynb").write_text("broken")
    (tmp_path / "roster.csv").write_text("student\nada\nbob\n")
    found, notes = collect.find(tmp_path, keys, tmp_path / "roster.csv")
    assert [one.assignment for one in found] == [None]
    assert not [note for note in notes if "missing" in note]


@pytest.mark.parametrize("course", ["ML", "Ml", "ml26"])
def test_a_name_that_begins_with_the_courses_is_not_canvass(course, keys, tmp_path):
    files = dict.fromkeys(f"{course}_2026_{number}_ps1.ipynb" for number in (4711, 4712))
    assert collected(tmp_path, keys, files, SMITHS)[0] == ["Jane Smith", "John Smith"]


def test_only_what_is_called_a_copy_is_ignored_beside_the_set(keys, tmp_path):
    folder, other = (f"{name}_1_assignsubmission_file_" for name in ("Ada", "Bob"))
    copies = [f"{folder}/ps1{end}.ipynb" for end in (" (1)", "(2)", "-Copy1", "-checkpoint")]
    names = [f"{folder}/ps1.ipynb", f"{folder}/ps1_solved.ipynb", *copies, f"{other}/ps1 (1).ipynb"]
    students, notes = collected(tmp_path, keys, dict.fromkeys([*names, f"{other}/x/ps1.ipynb"]))
    assert students == ["Ada (ps1.ipynb)", "Ada (ps1_solved.ipynb)",
                        "Bob (ps1 (1).ipynb)", "Bob (ps1.ipynb)"]  # fmt: skip
    assert {note for note in notes if "ignored" in note} == {
        f"ignored, a copy beside ps1.ipynb of Ada: {name}" for name in copies
    }


def test_what_is_called_a_copy_and_has_other_answers_is_no_copy(keys, tmp_path):
    folder = tmp_path / "in" / "Ada_1_assignsubmission_file_"
    folder.mkdir(parents=True)
    for name, answers in (("ps1", {}), ("ps1 (1)", {"half": "half_point = 3.6"})):
        (folder / f"{name}.ipynb").write_text(json.dumps(submission("ps1", answers)))
    found, notes = collect.find(tmp_path / "in", keys, None, tmp_path)
    assert [one.student for one in found] == ["Ada (ps1 (1).ipynb)", "Ada (ps1.ipynb)"]
    assert not [note for note in notes if "copy" in note]


def test_a_class_is_not_the_earlier_attempts_of_one(keys, tmp_path):
    names = [f"ml_2026_{number}_ps1.ipynb" for number in (4711, 4712, 4713, 4714)]
    students, notes = collected(tmp_path, keys, dict.fromkeys(names))
    assert students == [f"ml ({name})" for name in names]
    assert notes == [f"more than one notebook: ml ({name})" for name in names]


def test_what_nobody_on_the_roster_handed_in_is_no_earlier_attempt(keys, tmp_path):
    names = ["ml_2026_4711_ps1.ipynb", "ml_2026_4712_ps1.ipynb"]
    students, _ = collected(tmp_path, keys, dict.fromkeys(names), SMITHS)
    assert students == [f"ml ({name})" for name in names]


def test_all_attempts_of_one_at_blackboard_are_hers(keys, tmp_path):
    names = [BLACK[0].replace("-05_work.zip", f"-0{second}_ps1.ipynb") for second in range(5)]
    students, notes = collected(tmp_path, keys, dict.fromkeys(names))
    assert students == ["alovelace"]
    assert notes == [f"earlier attempt of alovelace, ps1: {name}" for name in names[:4]]


def test_a_surname_that_one_student_has_does_not_make_a_stranger_that_student(keys, tmp_path):
    roster = "Ada Lovelace,lovelace,-\nकिरण,kiran,-\nकरण,karan,-\n"  # vowels are no accents
    name = "Kate Lovelace_1_assignsubmission_file_/ps1.ipynb"
    students, notes = collected(tmp_path, keys, {name: None}, roster)
    assert students == ["Kate Lovelace"]
    assert any("not on the roster: Kate Lovelace" in note for note in notes)


def test_a_surname_that_is_a_login_does_not_make_a_stranger_that_student(keys, tmp_path):
    name = "Kate Lovelace_1_assignsubmission_file_/ps1.ipynb"
    files = {name: None, "Lovelace section/bob_ps1.ipynb": None}
    students, _ = collected(tmp_path, keys, files, "ada,lovelace\nbob,bo\n")
    assert students == ["Kate Lovelace", "Lovelace section"]


LOGINS = (
    "j.smith,4711,smith,Lab 15\nmax,4712,-,Maximilian Muster\nk77,4713,ks,Lab 15\nl,12,x,Lab 15\n"
)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        # One word beside another that nobody has is a stranger's surname or first name.
        ("kate_smith_ps1.ipynb", None),
        ("Kate Smith.zip", None),
        ("kate_smith_lab_ps1.ipynb", None),  # which several have, and so is no second word
        ("kate2_smith_ps1.ipynb", None),
        ("Max Planck_1_assignsubmission_file_/ps1.ipynb", None),
        ("किरण_smith_ps1.ipynb", None),
        ("smith_smith_kate_ps1.ipynb", None),
        # A second word, a number, and what is nobody's name make it the student's.
        ("max_smith_ps1.ipynb", "unclear"),
        ("kate_4711_ps1.ipynb", "j.smith"),
        ("max_muster_ps1.ipynb", "max"),
        ("smith_ps1_v2_final.ipynb", "j.smith"),
        ("smith_homework3_ps1.ipynb", "j.smith"),
        # A short number counts weeks or attempts.
        ("week_12_ps1.ipynb", None),
        ("smith_12_ps1.ipynb", "unclear"),
    ],
)
def test_one_word_alone_does_not_make_a_stranger_a_student(name, wanted, keys, tmp_path):
    students, notes = collected(tmp_path, keys, {name: PS1 if "zip" in name else None}, LOGINS)
    if wanted in (None, "unclear"):
        said = "not on the roster" if wanted is None else "unclear"
        assert any(note.startswith(f"{said}") and name in note for note in notes), notes
    else:
        assert students == [wanted]


def test_who_handed_in_two_notebooks_is_not_missing(keys, tmp_path):
    files = dict.fromkeys(f"Ada_1_assignsubmission_file_/{name}.ipynb" for name in "ab")
    students, notes = collected(tmp_path, keys, files, "Ada,ada\nBob,bob\n")
    assert students == ["Ada (a.ipynb)", "Ada (b.ipynb)"]
    assert [note for note in notes if "missing: ps1" in note] == ["missing: ps1 of Bob"]


def test_a_notebook_in_the_folder_of_another_set_is_named(keys, tmp_path):
    _, notes = collected(tmp_path, keys, {"ada/ps1/ps2.ipynb": None, "bob/ps1/ps1.ipynb": None})
    assert notes == ["taken for ps1, as its folder is: ada/ps1/ps2.ipynb"]


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["ada/ps1-bonus/ps1-bonus.ipynb", "bob_ps1-bonus.ipynb", "bob_ps1.ipynb"],
         {("ada", "ps1-bonus"), ("bob", "ps1-bonus"), ("bob", "ps1")}),
        (["HW1/ada.ipynb", "HW1/bob.ipynb", "HW2/ada.ipynb", "hw2/bob.ipynb"],
         {("ada", "HW1"), ("bob", "HW1"), ("ada", "HW2"), ("bob", "HW2")}),
        (["ada/HW1/work.ipynb", "bob/HW1/HW2.ipynb"], {("ada", "HW1"), ("bob", "HW1")}),
        (["all/ada/HW1/HW1.ipynb", "all/bob/HW1/HW1.ipynb"], {("ada", "HW1"), ("bob", "HW1")}),
        (["bonus_2026_1234_ada.ipynb"], {("2026_1234_ada", "bonus")}),
    ],
)  # fmt: skip
def test_a_set_may_begin_with_another_and_with_a_capital(names, wanted, keys, tmp_path):
    put(tmp_path, names)
    (tmp_path / names[0]).write_text("broken, so that only names tell the set")
    own = dict.fromkeys(("HW1", "HW2", "ps1", "ps1-bonus", "bonus"), keys["ps1"])
    found, _ = collect.find(tmp_path, own)
    assert {(one.student, one.assignment) for one in found} == wanted


def test_nothing_is_left_out_without_a_line(keys, tmp_path):
    put(tmp_path / "elsewhere", ["ps1.ipynb"])
    files = {"bob_ps1.zip": packed(), "eve_ps1.zip": packed(("__MACOSX/._ps1.ipynb", "{}"))}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "in" / "kim_ps1.zip")
    students, notes = collected(tmp_path, keys, {**files, "zed_ps1.ipynb": None})
    assert students == ["zed"]
    for name in ("ada: a link", *(f"{f}: no notebook in it" for f in files), "kim_ps1.zip: a link"):
        assert any(note.startswith(f"ignored: {name}") for note in notes), name


@pytest.fixture
def anybody():
    """A folder of somebody who is not root and may read only what is allowed."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65534, -1)
        os.seteuid(65534)
    if not os.path.isdir(folder):  # what it lies in is root's alone
        os.seteuid(0)
        pytest.skip("only root can reach the folder for temporary files")
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700)
    shutil.rmtree(folder)
    if root:
        os.seteuid(0)


@pytest.mark.parametrize("closed", ["eve", "eve/ps1", "eve/ps1/ps1.ipynb", "eve_ps1.zip"])
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o311])
def test_what_may_not_be_read_costs_nobody_else_anything(closed, mode, keys, anybody):
    put(anybody, ["ada_ps1.ipynb", "eve/ps1/ps1.ipynb"])
    (anybody / "eve_ps1.zip").write_bytes(PS1)
    (anybody / "scratch").mkdir()
    (anybody / closed).chmod(mode)
    found, notes = collect.find(anybody, keys, None, anybody / "scratch")
    assert "ada" in {one.student for one in found}
    if mode == 0o311 and closed == "eve":
        assert "ignored: eve: cannot be read" in notes


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"student,login\rada,al\rbob,bo\r", None),
        ("student\tlogin\r\nada\tal\r\nbob\tbo\r\n".encode("utf-16"), None),
        (b"PK\x03\x04", "save it as a table"),
        ("student,login\nada,al\n".encode("utf-16-le"), "save it as a table"),
        (b"sep=;\nstudent;login\nada;al\nbob;bo\n", None),
        (b"student,login\n", "no students below"),
        (b'student,login\nada,"' + b"x" * 140_000, "is no table"),
        (b'student,name\nada,"Ada\nbob,Bob B\neve,Eve E\n', "is no table"),
        (b"student,login\nAda B,x\nada b,y\n", "belongs to two students"),
        (b"student,section\nada,L01\nbob,L01\n", "column of groups"),
        (b"student,login\n,1001\n", "no student in the first column"),
    ],
)
def test_a_roster_is_read_as_it_is_saved_or_refused(raw, said, tmp_path):
    (tmp_path / "roster.csv").write_bytes(raw)
    if said:
        with pytest.raises(SystemExit, match=said):
            roster.read(tmp_path / "roster.csv")
    else:
        assert roster.read(tmp_path / "roster.csv").students == ["ada", "bob"]


def test_a_folder_beside_the_sets_is_none(tmp_path):
    for name in (".git", "__pycache__"):
        (tmp_path / name).mkdir()
    assert grade.notebook.read_keys(tmp_path) == {}
    (tmp_path / "drafts").mkdir()
    with pytest.raises(SystemExit, match=r"holds no drafts\.ipynb"):
        grade.notebook.read_keys(tmp_path)


BOTH = ["Jane Smith", "John Smith"]
TWO_SMITHS = packed("jsmith_final_ps1.ipynb", "smith_ps1.ipynb")


@pytest.mark.parametrize(
    ("files", "wanted", "around"),
    [
        # Two students of the roster make a folder or a zip a class's, however deep.
        ({"one.zip": TWO_SMITHS, "two.zip": packed("kate_ps1.ipynb")}, [*BOTH, "two"], ["one.zip"]),
        ({"in/jsmith_ps1.ipynb": None, "in/smith_ps1.ipynb": None}, BOTH, ["in"]),
        ({"all.zip": packed("in/jsmith_ps1.ipynb", "in/smith_ps1.ipynb")}, BOTH, ["all.zip", "in"]),
        ({"Sheet 1/jsmith.ipynb": None, "Sheet 1/smith.ipynb": None, "kate/ps1.ipynb": None},
         [*BOTH, "kate"], ["Sheet 1"]),
        ({"week 1/jsmith/ps1/ps1.ipynb": None, "week 1/smith/ps1/ps1.ipynb": None}, BOTH,
         ["week 1"]),
        ({"week 1/kate/ps1/ps1.ipynb": None, "week 1/kim/ps1/ps1.ipynb": None}, ["kate", "kim"],
         ["week 1"]),
        # One does not, two notebooks of one do not, nor what is somebody's, or nobody's.
        ({"kate_ps1.zip": packed("jsmith_ps1.ipynb")}, ["kate"], []),
        ({"kate_ps1.zip": packed("jsmith_a.ipynb", "jsmith/b.ipynb")},
         ["kate (b.ipynb)", "kate (jsmith_a.ipynb)"], []),
        ({"kate_ps1.zip": packed("kate_a.ipynb", "jsmith.ipynb")},
         ["kate (jsmith.ipynb)", "kate (kate_a.ipynb)"], []),
        ({"jsmith_ps1.zip": packed("jsmith.ipynb", "smith.ipynb")},
         ["John Smith (jsmith.ipynb)", "John Smith (smith.ipynb)"], []),
        ({"Kate_7_assignsubmission_file_/jsmith.ipynb": None,
          "Kate_7_assignsubmission_file_/smith.ipynb": None},
         ["Kate (jsmith.ipynb)", "Kate (smith.ipynb)"], []),
        ({"jsmith 2/jsmith.ipynb": None, "jsmith 2/smith.ipynb": None},
         ["John Smith (jsmith.ipynb)", "John Smith (smith.ipynb)"], []),
        ({"ps1/jsmith.ipynb": None, "ps1/smith.ipynb": None}, BOTH, []),
    ],
)  # fmt: skip
def test_a_class_in_a_folder_or_a_zip_is_found_on_the_roster(files, wanted, around, keys, tmp_path):
    students, notes = collected(tmp_path, keys, files, SMITHS)
    assert students == wanted
    assert [note for note in notes if "taken for" in note] == [
        f"taken for a class's, not for a student's: {name}" for name in around
    ]


def test_the_folder_of_a_name_without_a_login_is_that_students(keys, tmp_path):
    files = dict.fromkeys(f"Ada Lovelace/{name}_ps1.ipynb" for name in ("bob", "eve"))
    students, notes = collected(tmp_path, keys, files, "1,Ada Lovelace,-\n2,bob,-\n3,eve,-\n")
    assert students == ["1 (bob_ps1.ipynb)", "1 (eve_ps1.ipynb)"]
    assert not [note for note in notes if "taken for" in note]


def test_a_roster_without_numbers_needs_no_line_on_canvass(keys, tmp_path):
    files = dict.fromkeys(["lovelaceada_5_9012_ps1.ipynb", "bob_6_9013_ps1.ipynb"])
    roster = "Ada Lovelace,al,-\nbob,bo,-\n"
    assert collected(tmp_path, keys, files, roster) == (["Ada Lovelace", "bob"], [])


def test_a_set_that_only_the_class_zip_names_is_found(keys, tmp_path):
    files = {"all ps1.zip": packed(("jsmith.ipynb", "broken"), ("smith.ipynb", "broken"))}
    assert collected(tmp_path, keys, files, SMITHS)[0] == BOTH


def test_who_shares_a_full_name_is_known_by_the_number(keys, tmp_path):
    roster = "w1,31,Wei Wang\nw2,32,Wei Wang\n"
    files = dict.fromkeys(["wangwei_31_9012_ps1.ipynb", "wangwei_32_9013_ps1.ipynb"])
    assert collected(tmp_path, keys, files, roster)[0] == ["w1", "w2"]
    for wrong in ("w1,31,\nw2,31,\n", "w1,31,\nw1,32,\n"):
        (tmp_path / "roster.csv").write_text(f"student,id,name\n{wrong}")
        with pytest.raises(SystemExit, match="two"):
            collect.find(tmp_path / "in", keys, tmp_path / "roster.csv")


def test_a_broken_zip_costs_nobody_else_anything(keys, tmp_path):
    raw = bytearray(packed("ps1.ipynb", "other/ps1.ipynb"))
    raw[60:64] = b"\0\0\0\0"  # the first notebook's text is not what the zip says
    deflated = io.BytesIO()
    with zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ps1.ipynb", "{}" * 500)
    broken = deflated.getvalue().replace(deflated.getvalue()[39:45], b"\xff" * 6)
    locked = bytearray(PS1)
    for place in (6, locked.index(b"PK\1\2") + 8):
        locked[place] |= 1
    long = packed("x" * 300 + ".ipynb", "ps1.ipynb")
    files = {
        "nul_ps1.zip": packed("x.ipynb", "ps1.ipynb").replace(b"x.ipynb", b"\0.ipynb"),
        "ada_ps1.zip": bytes(raw),
        "bob_ps1.zip": broken,
        "eve_ps1.zip": b"PK",
        "key_ps1.zip": bytes(locked),
        "kim_ps1.zip": long,
    }
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "zed_ps1.zip").symlink_to(tmp_path)
    students, notes = collected(tmp_path, keys, files)
    assert {"ada (other/ps1.ipynb)", "bob", "kim"} <= set(students)
    for name in (*files, "zed_ps1.zip"):
        assert any(note.startswith(f"ignored: {name}") for note in notes), name
    assert "ignored: eve_ps1.zip: File is not a zip file" in notes
    assert any("key_ps1.zip: ps1.ipynb" in note and "is encrypted" in note for note in notes)


@pytest.mark.parametrize("which", ["kernelspec", "language_info"])
@pytest.mark.parametrize(
    ("language", "is_python"),
    [("Python", True), ("ipython", True), ("python3", True), ("Python 3.12", True), (None, True),
     ("R", False), ("julia", False), ("Pythonic", False)],
)  # fmt: skip
def test_a_spelling_of_python_costs_no_points(which, language, is_python, tmp_path):
    made, path = submission("ps1", {}), tmp_path / "ps1.ipynb"
    field = {"kernelspec": "language", "language_info": "name"}[which]
    for entry in [{field: language}] + ([None] if language is None else []):
        made["metadata"] = {which: entry}
        path.write_text(json.dumps(made))
        if is_python:
            assert len(grade.notebook.read_submission(path)) == len(made["cells"])
        else:
            with pytest.raises(grade.notebook.Unreadable, match="not a Python notebook"):
                grade.notebook.read_submission(path)


@pytest.fixture
def kept(keys, tmp_path):
    """Two students' marks, as a run has left them."""
    made = store.Store(tmp_path / "grades.csv")
    for student, points in (("ada", 2), ("=bob", 0)):
        rows = [
            mark.Row("softmax-values", points, 2, "passed" if points else "failed", "Asks."),
            mark.Row("half-derivation", None, 6, "by hand", answer="Let $s$ be the LSE."),
        ]
        made.save(student, "ps1", mark.Report(rows), "digest")
    names = ("ada", "=bob")
    made.write("listed", [[who, "ps1", f"{who}_7_assignsubmission_file_"] for who in names])
    return made


def enter(tmp_path, keys, text, encoding="utf-8"):
    """Enter a table."""
    (tmp_path / "marks.csv").write_text(text, encoding=encoding)
    return marks.enter(tmp_path / "grades.csv", tmp_path / "marks.csv", keys)


def test_points_and_appeals_are_entered_without_marking(kept, keys, tmp_path):
    text = "student;assignment;question;points;comment\nada;ps1;half-derivation;4,5;schön\n"
    text += "'=bob;ps1;softmax-values;2;the appeal was right\n"
    assert len(enter(tmp_path, keys, text, "latin-1")[0]) == 2
    lines = csv.DictReader((tmp_path / "grades.csv").read_text().splitlines())
    rows = {(line["student"], line["question"]): line for line in lines}
    assert rows["ada", "half-derivation"]["points"] == "4.5"
    assert rows["'=bob", "softmax-values"]["status"] == "marked by hand (was 0)"
    assert "schön" in (tmp_path / "grades-feedback" / "ada.html").read_text(encoding="utf-8")
    again = mark.Report(kept.load("ada", "ps1")[0].rows)
    kept.save("ada", "ps1", again, "another digest", "ada_7")  # marked again
    assert kept.reports()[0]["ada", "ps1"].rows[1].points == 4.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ada,ps1,half-derivation,7", "7 of 6 points"),
        ("ada,ps1,half-derivation,much", "neither a number nor take back"),
        ("eve,ps1,half-derivation,1", "no student is called eve"),
        ("ada,ps1", "too few columns"),
        ('ada,ps1,half-derivation,"1', "is no table"),
    ],
)
def test_a_faulty_table_changes_nothing(line, said, kept, keys, tmp_path):
    good = "student,assignment,question,points\nada,ps1,softmax-values,1\n"
    with pytest.raises(SystemExit, match=said):
        enter(tmp_path, keys, good + line + "\n")
    assert kept.entered() == {}
    with pytest.raises(SystemExit, match="no column question"):
        enter(tmp_path, keys, "student,assignment,points\nada,ps1,1\n")


HEAD = "student,assignment,question,points,comment,answer\n"


def test_two_lines_for_one_row_are_refused_also_where_one_says_what_stands(kept, keys, tmp_path):
    for two in ("1,,\nada,ps1,softmax-values,2,,\n", "2,,\nada,ps1,softmax-values,1,,\n"):
        with pytest.raises(SystemExit, match="line 3: a second mark for ada, ps1, softmax-values"):
            enter(tmp_path, keys, f"{HEAD}ada,ps1,softmax-values,{two}")
    assert kept.entered() == {}


def test_points_that_the_marking_gave_are_said_and_hold_with_a_comment(
    kept, keys, tmp_path, capsys
):
    given = kept.load("ada", "ps1")[0].rows[0].points
    line = f"ada,ps1,softmax-values,{given:g}"
    enter(tmp_path, keys, f"{HEAD}{line},,\n")
    assert kept.entered() == {}
    (tmp_path / "marks.csv").write_text(f"{HEAD}{line},,\n")
    marks.main([str(tmp_path / "grades.csv"), str(tmp_path / "marks.csv")])
    assert "1 not entered, since the marking gave these points" in capsys.readouterr().out
    enter(tmp_path, keys, f"{HEAD}{line},stays,\n")
    assert kept.entered()["ada", "ps1", "softmax-values"][:2] == [given, "stays"]


def test_an_entry_can_be_taken_back(kept, keys, tmp_path):
    line = f"{HEAD}ada,ps1,half-derivation,Take back,,\n"
    with pytest.raises(SystemExit, match="line 2: nothing is entered for ada, ps1, half-deriv"):
        enter(tmp_path, keys, line)
    enter(tmp_path, keys, f"{HEAD}ada,ps1,half-derivation,5,good,\n")
    enter(tmp_path, keys, line)
    row = kept.reports()[0]["ada", "ps1"].rows[1]
    assert (row.points, row.status, row.why) == (None, "by hand", "")


def test_points_belong_to_the_answer_that_was_read(kept, keys, tmp_path, capsys):
    def hand_in(answer):
        report = kept.load("ada", "ps1")[0]
        report.rows[1] = mark.Row("half-derivation", None, 6, "by hand", answer=answer)
        kept.save("ada", "ps1", report, "digest")

    hand_in("the old one")
    ((*line, read),) = [one for one in hand_back(tmp_path, "--assistants", "Emmy")["emmy"]
                        if one[0] == "ada"]  # fmt: skip
    filled = f"{HEAD}{','.join([*line[:3], '1', 'wrong', read])}\n"
    enter(tmp_path, keys, filled)
    hand_in("the new one")
    row = kept.reports()[0]["ada", "ps1"].rows[1]
    assert (row.points, row.status, row.why) == (None, "by hand", "")
    with pytest.raises(SystemExit, match="line 2: ada has another answer to half-derivation since"):
        enter(tmp_path, keys, filled)
    capsys.readouterr()
    assert "ada" in [one[0] for one in hand_back(tmp_path, "--assistants", "Kurt")["kurt"]]
    open_again = (
        "another answer since it was marked, so it is open again: ada, ps1, half-derivation"
    )
    assert f"{open_again}: 1 points for the earlier one" in capsys.readouterr().out
    enter(tmp_path, keys, f"{HEAD}ada,ps1,half-derivation,,seen,\n")  # no points, and not the old
    row = kept.reports()[0]["ada", "ps1"].rows[1]
    assert (row.points, row.why) == (None, "seen")
    enter(tmp_path, keys, filled.replace(read, ""))
    assert kept.reports()[0]["ada", "ps1"].rows[1].points == 1
    hand_in("the old one")
    assert kept.reports()[0]["ada", "ps1"].rows[1].points is None


def test_what_goes_out(kept, keys, tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text("student,ID,email\nada,7,ada@example.org\nemmy,8,\n")
    course = tmp_path / "course.toml"
    course.write_text(
        "[days_late]\nada = {ps1 = 3}\nbob = {ps1 = 1}\n[late]\nfree_days = 1\npercent_a_day = 10\n"
    )
    enter(tmp_path, keys, "student,assignment,question,points\nada,ps1,half-derivation,6\n")
    out.main([
        str(tmp_path / "grades.csv"), "--roster", str(roster), "--course", str(course),
        "--assistants", "Emmy", "Kurt", "--minutes", "30",
    ])  # fmt: skip
    folder = tmp_path / "grades-out"
    totals = {row[0]: row for row in textfile.rows(folder / "totals.csv")}
    assert totals["ada"][1] == "6.40"  # 8 points less twice 10 percent
    assert totals["ada"][3] == "80.0"  # per cent
    assert totals["emmy"][1] == ""  # since what nobody on the roster handed in may be hers
    canvas = textfile.rows(folder / "canvas.csv")
    assert canvas[0] == ["Student", "ID", "SIS Login ID", "Section", "ps1"]
    assert ["ada", "7", "", "", "6.40"] in canvas
    assert ["7", "ada@example.org", "ada", "6.40"] in textfile.rows(folder / "moodle.csv")
    with zipfile.ZipFile(folder / "moodle-feedback.zip") as archive:
        assert "ada_7_assignsubmission_file_/ps1-feedback.html" in archive.namelist()
    assert "Discrimination" in (folder / "statistics.html").read_text()
    printed = capsys.readouterr().out
    assert "Emmy: 1 derivations, about 0.5 hours" in printed
    assert "nobody is called bob (like it are: =bob); their days in days_late" in printed


def test_an_empty_cell_leaves_points_and_comment_as_they_are(kept, keys, tmp_path):
    head = "student,assignment,question,points,comment\n"
    for line, wanted in (
        ("5,nice proof", (5, "nice proof")),
        (",by hand", (5, "by hand")),
        ("4,", (4, "by hand")),
    ):
        enter(tmp_path, keys, f"{head}ada,ps1,half-derivation,{line}\n")
        row = kept.reports()[0]["ada", "ps1"].rows[1]
        assert (row.points, row.why, row.status) == (*wanted, "marked by hand")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adda,ps1,half-derivation,1", r"no student is called adda \(like it are: ada\)"),
        ("lovelace,ps1,half-derivation,1", r"called lovelace \(others are: '=bob; ada\)"),
        ("ada,PS1,half-derivation,1", r"no assignment is called PS1 \(like it are: ps1\)"),
        ("ada,ps1,derivation,1", r"no question is called derivation \(like it are: half-deriv"),
        ("Lovelace, Ada,ps1,half-derivation,1", "in quotation marks"),
    ],
)
def test_a_line_without_a_row_says_what_there_is(line, said, kept, keys, tmp_path):
    with pytest.raises(SystemExit, match=said):
        enter(tmp_path, keys, f"student,assignment,question,points\n{line}\n")


def hand_back(tmp_path, *options):
    """Hand back, and read the lists of derivations."""
    out.main([str(tmp_path / "grades.csv"), *options])
    lists = sorted((tmp_path / "grades-out").glob("by-hand-*.csv"))
    return {path.stem[8:]: textfile.rows(path)[1:] for path in lists}


def test_a_list_that_an_assistant_has_filled_is_left(kept, keys, tmp_path, capsys):
    for student in ("eve", "kim"):
        kept.save(student, "ps1", kept.load("ada", "ps1")[0], "digest")
    names = ("ada", "=bob", "eve", "kim")
    kept.write("listed", [[student, "ps1", ""] for student in names])
    both = ("--assistants", "Emmy", "Kurt")
    dealt = {who: [row[0] for row in rows] for who, rows in hand_back(tmp_path, *both).items()}
    assert dealt == {"emmy": ["'=bob", "ada"], "kurt": ["eve", "kim"]}
    emmys = tmp_path / "grades-out" / "by-hand-emmy.csv"
    emmys.write_text(emmys.read_text().replace("half-derivation,,", "half-derivation,4,good"))
    filled = emmys.read_text()
    kept.write("listed", [[student, "ps1", ""] for student in (*names, "zoe")])
    kept.save("zoe", "ps1", kept.load("ada", "ps1")[0], "digest")
    capsys.readouterr()
    kurts = hand_back(tmp_path, *both)["kurt"]
    assert emmys.read_text() == filled
    assert [row[0] for row in kurts] == ["eve", "kim", "zoe"]  # the new one is his
    assert f"make enter-marks GRADES={tmp_path}/grades.csv MARKS={emmys}" in capsys.readouterr().out
    enter(tmp_path, keys, filled)
    lists = hand_back(tmp_path, *both)  # each keeps what is open
    assert {who: [row[0] for row in rows] for who, rows in lists.items()} == {
        "emmy": [], "kurt": ["eve", "kim", "zoe"]
    }  # fmt: skip
    assert "stays as it is" not in capsys.readouterr().out
    kurts = tmp_path / "grades-out" / "by-hand-kurt.csv"
    kurts.write_text(kurts.read_text().replace("eve,ps1,half-derivation,,", "eve,ps1,x,,look"))
    hand_back(tmp_path, "--assistants", "Kurt")
    assert "on no list, since all of them hold what is not entered: 1" in capsys.readouterr().out


def test_a_list_does_not_undo_an_appeal(kept, keys, tmp_path, capsys):
    (emmys,) = hand_back(tmp_path, "--assistants", "Emmy").keys()
    path = tmp_path / "grades-out" / f"by-hand-{emmys}.csv"
    filled = path.read_text().replace("ada,ps1,half-derivation,,", "ada,ps1,half-derivation,3,")
    path.write_text(filled)
    enter(tmp_path, keys, filled)
    enter(tmp_path, keys, "student,assignment,question,points\nada,ps1,half-derivation,5\n")
    capsys.readouterr()
    path.write_text(filled.replace("bob,ps1,half-derivation,,", "bob,ps1,half-derivation,2,"))
    hand_back(tmp_path, "--assistants", "Emmy")
    said = capsys.readouterr().out
    assert "first take out its line on ada, ps1, half-derivation: other points" in said
    path.write_text(filled)
    assert [row[0] for row in hand_back(tmp_path, "--assistants", "Emmy")["emmy"]] == ["'=bob"]
    assert "make enter-marks" not in capsys.readouterr().out


def test_a_filled_list_of_someone_who_is_not_named_is_not_dealt_again(kept, tmp_path, capsys):
    hand_back(tmp_path, "--assistants", "Kurt")
    path = tmp_path / "grades-out" / "by-hand-kurt.csv"
    path.write_text(
        path.read_text().replace("ada,ps1,half-derivation,,", "ada,ps1,half-derivation,3,")
    )
    capsys.readouterr()
    lists = hand_back(tmp_path, "--assistants", "Emmy", "Paul")
    assert [row[0] for who in ("emmy", "paul") for row in lists[who]] == ["'=bob"]
    assert f"{path} holds what is not entered" in capsys.readouterr().out


def test_names_in_the_course_file_are_the_rosters(kept, keys, tmp_path, capsys):
    roster, course = tmp_path / "roster.csv", tmp_path / "course.toml"
    roster.write_text('student,ID,login,name\nada,5678,al,Ada Lovelace\n"=bob",9,bo,Bob\n')
    enter(tmp_path, keys, "student,assignment,question,points\nada,ps1,half-derivation,6\n")
    for name in ("ada", "5678", "al", "Lovelace, Ada"):
        course.write_text(f'late.percent_a_day = 10\n[days_late]\n"{name}" = {{ ps1 = 3 }}\n')
        hand_back(tmp_path, "--roster", str(roster), "--course", str(course))
        totals = {row[0]: row for row in textfile.rows(tmp_path / "grades-out" / "totals.csv")}
        assert totals["ada"][1] == "5.60", name
    capsys.readouterr()
    course.write_text("[days_late]\nadda = { ps1 = 3 }\n")
    hand_back(tmp_path, "--roster", str(roster), "--course", str(course))
    assert "nobody is called adda (like it are: ada); their days" in capsys.readouterr().out
    for text, said in (
        ("ada = { PS1 = 3 }", r"days_late of ada: PS1\? Known are ps1, ps2, ps3"),
        ("ada = { ps1 = 3 }\nal = { ps1 = 2 }", "has ada twice, once as al"),
    ):
        course.write_text(f"[days_late]\n{text}\n")
        with pytest.raises(SystemExit, match=said):
            hand_back(tmp_path, "--roster", str(roster), "--course", str(course))


def test_who_is_late_is_known_at_hand_back(kept, tmp_path, capsys):
    late = [collect.Found(who, "ps1", None, late=True) for who in ("ada", "=bob")]
    kept.relist([*late, collect.Found("eve", "ps1", None)])
    kept.relist([collect.Found("eve", "ps2", None)])  # the next delivery
    course = tmp_path / "course.toml"
    course.write_text("[days_late]\nada = { ps1 = 0 }\n")
    hand_back(tmp_path, "--course", str(course))
    said = capsys.readouterr().out
    assert "late, says the platform, but not in [days_late]: ps1 of =bob. " in said
    kept.relist([collect.Found("=bob", "ps1", None)])
    hand_back(tmp_path)
    assert "late, says" not in capsys.readouterr().out


def test_a_long_name_keeps_canvass_numbers(kept, tmp_path):
    origin = f"{'a' * 60}_LATE_5678_9012_my work.ipynb"
    kept.relist([collect.Found("ada", "ps1", None, origin)])
    hand_back(tmp_path)
    with zipfile.ZipFile(tmp_path / "grades-out" / "canvas-feedback-ps1.zip") as archive:
        assert archive.namelist() == [f"{'a' * 60}_LATE_5678_9012_my work.html"]


def test_feedback_goes_back_under_the_names_that_came(kept, keys, tmp_path, capsys):
    """Canvas knows a submission by the two numbers in the name of its file."""
    put(tmp_path / "in", CANVAS[:1])
    ada = collect.find(tmp_path / "in", keys)[0][0]
    kept.save(ada.student, "ps1", kept.load("ada", "ps1")[0], "digest")
    kept.relist([ada])
    hand_back(tmp_path)
    folder = tmp_path / "grades-out"
    assert [path.name for path in folder.glob("*.zip")] == ["canvas-feedback-ps1.zip"]
    with zipfile.ZipFile(folder / "canvas-feedback-ps1.zip") as archive:
        assert archive.namelist() == ["lovelaceada_LATE_5678_9012_ps1-1.html"]
        assert b"Feedback for lovelaceada" in archive.read(archive.namelist()[0])
    kept.relist([collect.Found("ada", "ps1", None)])
    capsys.readouterr()
    hand_back(tmp_path)
    assert not list(folder.glob("*.zip"))
    said = capsys.readouterr().out
    assert "no zip of feedback" in said
    assert "the page in grades-feedback" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("drop = 1", "drop\\? Known are drop_lowest"),
        ("[late]\npercent_per_day = 10", "percent_per_day\\? Known are free_days"),
        ("drop_lowest =", "Invalid value"),
        ('drop_lowest = "1"', "drop_lowest is a whole number"),
        ("late = 3", "late is a table"),
        ("[late]\nfree_days = -1", "late: free_days is a number from 0 on"),
        ("[days_late]\nHypatia = 2", "days_late of Hypatia is a table"),
        ('[adjust]\nada = { ps1 = "3" }', "adjust of ada: ps1 is a number"),
    ],
)
def test_a_misspelt_course_file_is_refused(text, said, tmp_path):
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(SystemExit, match=said):
        out.read_course(tmp_path / "course.toml")
    with pytest.raises(SystemExit, match="No such file"):
        out.read_course(tmp_path / "none.toml")


def test_lowest_sets_are_dropped_and_the_allowed_days_count():
    rows = lambda points: mark.Report([mark.Row("q", points, 10, "passed", "Asks.")])  # noqa: E731
    reports = {("ada", "ps1"): rows(10), ("ada", "ps2"): rows(2), ("ada", "ps3"): rows(8)}
    course = {"drop_lowest": 1, "late": {"percent_a_day": 50}, "days_late": {"ada": {"ps3": 1}},
              "adjust": {"ada": {"ps3": 1}}}  # fmt: skip
    points, dropped, percent, left = out.totals(reports, course)[0]["ada"]
    assert (points["ps3"], dropped, percent, left) == (8, ["ps2"], 90, 0)


def test_a_mended_test_makes_no_one_an_editor(kept, keys, tmp_path):
    first = grade.remember_handed_out({"ps1": keys["ps1"]}, kept, tmp_path)["ps1"]
    cells = [
        grade.replace(c, source=c.source.replace("the formula", "a formula"))
        if c.name == "softmax-values" else c
        for c in keys["ps1"].cells
    ]  # fmt: skip
    mended = {"ps1": grade.replace(first, cells=tuple(cells))}
    mended = grade.remember_handed_out(mended, kept, tmp_path)
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(submission("ps1", {})))
    old = grade.notebook.read_submission(path)
    assert grade.notebook.doubts(mended["ps1"], old) == []
    bare = grade.replace(mended["ps1"], handed_out=frozenset())
    assert grade.notebook.doubts(bare, old) == ["test cell softmax-values edited"]


def test_marking_again_says_whose_mark_changes():
    one = collect.Found("ada", "ps1", None)
    before = mark.Report([mark.Row("q", 0, 2, "failed", "Asks.")])
    now = mark.Report([mark.Row("q", 2, 2, "passed", "Asks.")])
    assert grade.differences(one, before, now) == ["changed: ada, ps1, q: 0 before, 2 now"]
    assert grade.differences(one, now, now) == grade.differences(one, None, now) == []
