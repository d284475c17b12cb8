"""Two steps that nbgrader lacks: drop harmless warnings, keep hidden tests out of the feedback."""

import re

from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.S)


class DropStderr(NbGraderPreprocessor):
    """Remove what a test printed to stderr, which nbgrader counts as a failure."""

    def preprocess_cell(self, cell, resources, index):
        """Keep errors and results."""
        if is_grade(cell) and cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
        return cell, resources


class RedactHiddenTests(NbGraderPreprocessor):
    """Remove hidden tests, and the output that quotes them, from the feedback."""

    def preprocess_cell(self, cell, resources, index):
        """In a test cell with a hidden part, a traceback would show the lines around it."""
        if HIDDEN.search(cell.source):
            cell.source = HIDDEN.sub("# (further inputs)", cell.source)
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.evalue, output.traceback = "", [f"{output.ename} in this test"]
            cell.outputs = [out for out in cell.get("outputs", []) if out.output_type == "error"]
        return cell, resources
