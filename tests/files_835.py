"""Small 835 files as text, and short ways to look at what was read from them."""

from decimal import Decimal
from typing import Any

from loaders.problems import Problem
from loaders.x12.remittance_835 import Reading, read_835

ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*240215*1200*^*00501*000000001*0*P*:~"
)
GS = "GS*HP*P*C*20240215*1200*2*X*005010X221A1~"


def transaction(body: str, amount: str = "0", day: str = "20240215", trace: str = "T1") -> str:
    """ST to SE with BPR, TRN and N1*PR."""
    inner = f"ST*835*0001~BPR*I*{amount}*C*ACH************{day}~TRN*1*{trace}*9~"
    inner += f"N1*PR*Acme, Inc.*XV*P1~{body}"
    return f"{inner}SE*{inner.count('~') + 1}*0001~"


def file_of(*transactions: str) -> bytes:
    """One interchange with one group."""
    return f"{ISA}{GS}{''.join(transactions)}GE*{len(transactions)}*2~IEA*1*000000001~".encode()


def read(body: str, amount: str = "0", day: str = "20240215") -> Reading:
    """Read a file of one transaction."""
    return read_835(file_of(transaction(body, amount, day)))


def columns(reading: Reading, table: str, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, row by row."""
    return [tuple(row[name] for name in names) for row in getattr(reading, table).to_pylist()]


def one(reading: Reading, severity: str) -> Problem:
    """The only problem of a severity."""
    found = [problem for problem in reading.problems if problem.severity == severity]
    assert len(found) == 1, found
    return found[0]


def balance(reading: Reading) -> list[tuple[Decimal | None, str]]:
    """Difference and state of each remittance."""
    return [
        (row[0], row[1]) for row in columns(reading, "remittance", "difference", "balance_state")
    ]
