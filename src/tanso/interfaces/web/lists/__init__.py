"""The lists of the pages: declared once, for the page and for its files."""
