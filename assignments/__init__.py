"""The problem sets, their autograder and the bank that proves it."""
