"""One result as a file: PDF, spreadsheet, CSV, JSON. All take their cells from `cells.py`."""
