"""The bank of questions for other programs: Anki's cards, courses' quizzes, exams on paper.

`items` makes of a question what a form can ask, `html` renders its Markdown; each format is one
module on these two. ``cards``, ``quiz`` and ``exam`` are the commands.
"""
