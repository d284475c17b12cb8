"""The book's figures: data in, matplotlib Figure out; one module per chapter."""
