"""Answers whose mark is known, to prove the grader with: wrong ones, right ones, hostile ones.

A wrong answer is the right one with an edit, and names exactly the tests that it must fail.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """The right notebook with `old` replaced by `new` in one answer cell."""

    name: str
    cell: str
    old: str
    new: str
    fails: str  # names of tests, separated by spaces

    def apply(self, sources):
        """Edit a dictionary of cell sources; the old text must be there exactly once."""
        if sources[self.cell].count(self.old) != 1:
            raise ValueError(f"{self.name}: the text to replace is not there exactly once")
        return sources | {self.cell: sources[self.cell].replace(self.old, self.new)}


@dataclass(frozen=True)
class Right:
    """The right notebook in another style: some answer cells replaced."""

    name: str
    cells: dict

    def apply(self, sources):
        """Replace the cells in a dictionary of cell sources."""
        if not self.cells.keys() <= sources.keys():
            raise ValueError(f"{self.name}: a cell that does not exist")
        return sources | self.cells
