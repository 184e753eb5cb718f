"""The room for what the pages share: session, filter bar, header, tables, navigation."""
