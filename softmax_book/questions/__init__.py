"""The bank of questions: one source for the pages, practice, cards and exams.

A file of Markdown a chapter (``questions/README.md`` says how it is written) becomes `Question`
objects (`read`), which are templates; `Question.ask` gives one with the numbers of a seed, an
`Asked`; `problems` says what is wrong with it. ``python -m softmax_book.questions`` checks a bank.
"""

from softmax_book.questions.bank import BANK, Book, count, problems, read_bank
from softmax_book.questions.model import KINDS, Asked, BadQuestions, Option, Question, disordered
from softmax_book.questions.parse import parse, read

__all__ = [
    "BANK",
    "KINDS",
    "Asked",
    "BadQuestions",
    "Book",
    "Option",
    "Question",
    "count",
    "disordered",
    "parse",
    "problems",
    "read",
    "read_bank",
]
