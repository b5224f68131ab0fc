"""The one place where money is added up: for the pages, the spreadsheet and the PDF alike.

An expenditure belongs to the programme of its partnership that runs on its day, and to the year of its day.
"""
