"""`make live`: Python for the browser, with what the book needs: fetched, checked, slimmed."""
