"""As known on, for any files in any order: each earlier state is what the warehouse showed then, and adds up."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.known_on import known_on
from kpis.engine import DuckDBEngine
from tests.make_835 import Claim, Remit, file_835
from tests.test_known_on import LETTER, ledger, loaded_at
from tests.warehouses import engine_of

CLAIMS = ("A0001", "B0002", "C0003")
DAYS = ("20250115", "20250210", "20250305", "20250402")


@st.composite
def remits(draw: st.DrawFn, number: int) -> Remit:
    """One remittance: a payment, perhaps a reversal with or without its correction, perhaps some recoveries."""
    claims = [Claim(f"PAID{number}", "2000.00")]
    for account in draw(st.lists(st.sampled_from(CLAIMS), unique=True, max_size=2)):
        claims.append(Claim(account, "-600.00", "22"))
        if draw(st.booleans()):
            claims.append(Claim(account, draw(st.sampled_from(("450.00", "600.00", "675.00")))))
    usd = st.sampled_from(("-150.00", "80.00", "150.00"))
    references = st.sampled_from((*CLAIMS, "L1", "RECOUP"))
    pairs = draw(st.lists(st.tuples(references, usd), max_size=3))
    plb = tuple((f"WO:{reference}", amount) for reference, amount in pairs)
    return Remit(f"N{number}", draw(st.sampled_from(DAYS)), claims, plb)


@st.composite
def loads(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Three or four files: remittances of any days, and a letter, in any order."""
    files = [
        (f"{number}.835", file_835(draw(remits(number))))
        for number in range(draw(st.integers(2, 3)))
    ]
    return draw(st.permutations([*files, ("letters.csv", LETTER)]))


@given(loads())
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_every_earlier_state_is_what_was_shown_then(files: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = []
        for day, (file, content) in enumerate(files, start=1):
            loaded_at(folder, f"2025-05-{day:02d}", file, content)
            said.append(ledger(engine_of(folder)))
        for number, then in enumerate(said, start=1):
            known = DuckDBEngine(known_on(folder, number))
            assert ledger(known) == then
            assert_adds_up(known)


def assert_adds_up(engine: DuckDBEngine) -> None:
    """What was taken is no more than was owed, and every payment ties to its deposit."""
    (sums,) = engine.query(
        "select coalesce(sum(established - withheld - refunded - forgiven - cancelled - open_balance), 0) as owed, "
        "coalesce(bool_and(withheld <= established and open_balance >= 0), true) as within, "
        "(select coalesce(sum(abs(payments - net_withheld - other - payment_amount)), 0) "
        "from remittance_bridge) as apart from receivable"
    ).to_pylist()
    assert sums == {"owed": Decimal(0), "within": True, "apart": Decimal(0)}
