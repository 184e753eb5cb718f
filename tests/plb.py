"""The class each PLB reason code has for the ledger, as tests use it."""

from data.ledger.events import PlbClass

CLASS_OF: dict[str, PlbClass] = {
    "WO": "recoupment",
    "WU": "recoupment",
    "OB": "recoupment",
    "FB": "carrier",
    "72": "settlement",
    "B2": "settlement",
    "CS": "other",
}
