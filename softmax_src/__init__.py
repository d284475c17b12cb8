"""The softmax output layer: its maths in NumPy, as the book derives it."""
