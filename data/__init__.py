"""The warehouse: facts, the ledger built from them, snapshots, reference tables and the sample."""

VERSION = "0.1.0"
