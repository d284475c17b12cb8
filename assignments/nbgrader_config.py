"""nbgrader's settings for this course. `nbgrader` reads them when it is run in this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from grading.nbgrader_parts import DropStderr, RedactHiddenTests
from nbconvert.preprocessors import (
    ClearMetadataPreprocessor,
    CSSHTMLHeaderPreprocessor,
)
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "softmax"
c.ExecutePreprocessor.timeout = c.Execute.timeout = 30  # seconds for a cell

# A warning on stderr would otherwise set a test's points to 0.
c.Autograde.autograde_preprocessors = [
    Execute,
    DropStderr,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
# The feedback page would otherwise show the hidden tests.
c.GenerateFeedback.preprocessors = [GetGrades, RedactHiddenTests, CSSHTMLHeaderPreprocessor]
