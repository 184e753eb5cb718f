"""Tables in any format: which export they are, their columns, and their cells as typed values."""
