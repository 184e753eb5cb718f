"""The ledger: what each payer is owed, how it was taken, and what came back."""
