"""The report of a partnership over a window of dates: what it says, and how it becomes a PDF.

`data` gathers the rows into frozen dataclasses that hold every language, `render` writes them out in one.
"""
