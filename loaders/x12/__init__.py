"""X12 835 remittances in, Arrow tables and findings out."""
