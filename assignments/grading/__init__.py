"""The autograder: student code runs in a process of its own, the tests run outside it."""
