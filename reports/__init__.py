"""What goes into the meeting: decks, workbooks and papers made from the same sections; python -m reports."""
