"""`make lite`: JupyterLite with the book's notebooks, which needs no server but the book's own."""
