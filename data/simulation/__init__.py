"""A made-up health system whose remittances, letters and appeals are known exactly."""
