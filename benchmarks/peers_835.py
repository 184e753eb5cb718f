"""What three other readers find in an 835 file, in the form of what ours finds.

Each needs its package of benchmarks/requirements.txt, and is imported when it is asked.
"""

from __future__ import annotations

import importlib
import io
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from loaders.x12.remittance_835 import read_835

PEERS = ("oxedi", "pyx12", "edi-835-parser")
Rows = list[tuple[object, ...]]
Found = dict[str, Rows]
OURS = {
    "payments": ("remittance", "trace_number payment_amount payment_date"),
    "claims": (
        "claim_payment",
        "patient_control_number claim_status charge paid patient_responsibility payer_claim_control_number",
    ),
    "services": ("service_payment", "procedure_code charge paid service_date"),
    "adjustments": ("claim_adjustment", "group_code reason_code amount"),
    "provider adjustments": ("provider_adjustment", "provider_id reason_code reference amount"),
}
OXEDI = {
    "payments": ("payments", "trace_number total_payment_amount payment_date"),
    "claims": (
        "claims",
        "claim_id claim_status charge_amount payment_amount patient_responsibility payer_control_number",
    ),
    "services": ("services", "procedure_code charge_amount payment_amount service_date"),
    "adjustments": ("adjustments", "group_code reason_code amount"),
    "provider adjustments": ("provider_adjustments", "provider_id reason_code reference_id amount"),
}
# Where in a segment pyx12's amounts are.
AMOUNTS = {
    "payments": ("BPR", (2,)),
    "claims": ("CLP", (4,)),
    "services": ("SVC", (3,)),
    "adjustments": ("CAS", (3, 6, 9, 12, 15, 18)),
    "provider adjustments": ("PLB", (4, 6, 8, 10, 12, 14)),
}


def read_ours(data: bytes) -> Found:
    """The values that are compared, as our reader has them."""
    reading = read_835(data)
    return {
        what: [
            tuple(row[name] for name in names.split())
            for row in getattr(reading, table).to_pylist()
        ]
        for what, (table, names) in OURS.items()
    }


def read_oxedi(data: bytes) -> Found:
    """Rows of oxedi's tables; text comes as bytes, no reference as none."""
    tables = importlib.import_module("oxedi").parse(data).tables
    found: Found = {}
    for what, (table, names) in OXEDI.items():
        rows = pa.table(tables[table]).to_pylist()
        found[what] = [tuple(_plain(row[name]) for name in names.split()) for row in rows]
    return found


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return Decimal(value).quantize(Decimal("0.01")) if isinstance(value, Decimal) else value


def read_pyx12(data: bytes) -> Found:
    """The amounts of pyx12's segments, in file order; those of claims are what was paid."""
    x12file = importlib.import_module("pyx12.x12file")
    found: Found = {what: [] for what in AMOUNTS}
    for segment in x12file.X12Reader(io.StringIO(data.decode("latin-1"))):
        for what, (tag, numbers) in AMOUNTS.items():
            if segment.get_seg_id() == tag:
                texts = [segment.get_value(f"{tag}{number:02d}") for number in numbers]
                found[what] += [
                    (Decimal(text).quantize(Decimal("0.01")),) for text in texts if text
                ]
    return found


def read_edi_835_parser(data: bytes) -> Found:
    """Claims and lines of edi-835-parser; the payment only of files with one, for of several it has the last."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.835"
        path.write_bytes(data)
        parsed = importlib.import_module("edi_835_parser").parse(str(path))
    sets = list(parsed)
    count = data.count(b"~ST*835*")
    claims = [claim for one in sets for claim in one.claims]
    services = [service for claim in claims for service in claim.services]
    adjustments = [a for service in services for a in service.adjustments]
    payments: Rows = [(_money(one.financial_information.amount_paid),) for one in sets]
    return {
        **({"payments": payments} if count == 1 else {}),
        "claims": [
            (c.claim.marker, _money(c.claim.charge_amount), _money(c.claim.paid_amount))
            for c in claims
        ],
        "services": [
            (_money(s.service.charge_amount), _money(s.service.paid_amount)) for s in services
        ],
        "adjustments": [(_money(a.amount),) for a in adjustments],
    }


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(Decimal("0.01"))


READERS: Mapping[str, Callable[[bytes], Found]] = {
    "oxedi": read_oxedi,
    "pyx12": read_pyx12,
    "edi-835-parser": read_edi_835_parser,
}


def comparable(peer: str, ours: Found) -> Found:
    """Our rows cut down to what a peer tells."""
    if peer == "oxedi":
        return ours
    if peer == "pyx12":
        amount = {
            "payments": 1,
            "claims": 3,
            "services": 2,
            "adjustments": 2,
            "provider adjustments": 3,
        }
        return {what: [(row[at],) for row in ours[what]] for what, at in amount.items()}
    cut = {"payments": (1,), "claims": (0, 2, 3), "services": (1, 2), "adjustments": (2,)}
    return {
        what: [tuple(row[at] for at in places) for row in ours[what]]
        for what, places in cut.items()
    }
