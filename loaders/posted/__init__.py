"""Posted remittance in tables: rows in, the same facts as those of an 835 out."""
