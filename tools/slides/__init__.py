"""Decks: one for each chapter, from a short source in slides/ and the built chapter."""
