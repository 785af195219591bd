"""What the model achieves out of fold, a module a question.

Every section offers ``rows(run)``, plain data for a JSON file, and ``text(rows)``, the same as a
table for the terminal.
"""
