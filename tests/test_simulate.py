"""The simulator's exports balance, tell every story and are what the truth says they are."""

import csv
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data import simulate
from loaders.ingest import load

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
EXPORTS_OF_THE_SAMPLE = "073a59acb5ed93afa43abcd209b4a33bf5755e81416fc075a0a64a43c898ce93"
CARRIED = {"WO", "WU", "OB", "FB", "72", "B2"}
CAUSES = {
    "Coordination of benefits": "22 23 109 26 27 200 201 276",
    "Post-payment audit": "216 129 193 249",
    "Medical necessity": "50 55 56 58 272",
    "Provider enrolment": "B7 185 183 184 170 171 172 206 207 208 242 243 299",
    "Duplicate billing": "18 B20",
    "Upcoding": "150 186",
    "Incorrect modifier": "4 59 182 231 236",
    "Wrong units": "151 222 119 273 153 154",
    "Documentation": "16 226 163 164 250 251 252 148",
    "Duplicate payment or payer reprocessing": "B13 94 147 97 100 253",
}
CAUSE_OF_CODE = {code: cause for cause, codes in CAUSES.items() for code in codes.split()}


@dataclass
class ClaimRead:
    """A CLP as read back; amounts in cents."""

    account: str
    status: str
    charge: int
    paid: int
    number: str
    lines: list[list[int]] = field(default_factory=list)
    adjustments: Counter[str] = field(default_factory=Counter)
    replaces: str = ""


@dataclass
class RemittanceRead:
    """An ST to SE as read back; amounts in cents."""

    bpr02: int = 0
    paid_on: str = ""
    trace: str = ""
    payer: str = ""
    payee_npi: str = ""
    claims: list[ClaimRead] = field(default_factory=list)
    adjustments: list[tuple[str, str, int]] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[ClaimRead, ClaimRead]]:
        """Each reversal with its correction."""
        for reversal in self.claims:
            if reversal.status == "22":
                yield (
                    reversal,
                    next(c for c in self.claims if c.account == reversal.account and c.replaces),
                )


def cents(text: str) -> int:
    """A decimal as integer cents."""
    sign = -1 if text.startswith("-") else 1
    units, _, rest = text.lstrip("-").partition(".")
    return sign * (int(units) * 100 + int(f"{rest:0<2}"))


def read_835(text: str) -> list[RemittanceRead]:
    """Read what the simulator writes, knowing its delimiters."""
    remittances: list[RemittanceRead] = []
    for segment in text.replace("\n", "").rstrip("~").split("~"):
        name, *values = segment.split("*")
        if name == "ST":
            remittances.append(RemittanceRead())
        if not remittances:
            continue
        remit = remittances[-1]
        if name == "BPR":
            remit.bpr02, remit.paid_on = cents(values[1]), values[15]
        elif name == "TRN":
            remit.trace = values[1]
        elif name == "N1" and values[0] == "PR":
            remit.payer = values[1]
        elif name == "N1":
            remit.payee_npi = values[3]
        elif name == "CLP":
            charge, paid = cents(values[2]), cents(values[3])
            remit.claims.append(ClaimRead(values[0], values[1], charge, paid, values[6]))
        elif name == "REF" and values[0] == "F8":
            remit.claims[-1].replaces = values[1]
        elif name == "SVC":
            remit.claims[-1].lines.append([cents(values[1]), cents(values[2]), 0])
        elif name == "CAS":
            for code, amount in zip(values[1::3], values[2::3], strict=True):
                remit.claims[-1].adjustments[code] += cents(amount)
                remit.claims[-1].lines[-1][2] += cents(amount)
        elif name == "PLB":
            for composite, amount in zip(values[2::2], values[3::2], strict=True):
                code, _, reference = composite.partition(":")
                remit.adjustments.append((code, reference, cents(amount)))
    return remittances


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the documented command writes today."""
    out = tmp_path_factory.mktemp("fresh")
    assert simulate.main([str(out), *simulate.SAMPLE_ARGUMENTS]) == 0
    return out


@pytest.fixture(scope="module")
def remittances(fresh: Path) -> list[RemittanceRead]:
    """Every remittance, oldest first."""
    files = sorted((fresh / "835").glob("*.835"))
    found = [remit for file in files for remit in read_835(file.read_text(encoding="ascii"))]
    return sorted(found, key=lambda remit: (remit.paid_on, remit.trace))


@pytest.fixture(scope="module")
def truth(fresh: Path) -> dict[str, Any]:
    """The truth of the same run."""
    content: dict[str, Any] = json.loads((fresh / "truth.json").read_text(encoding="utf-8"))
    return content


def files_of(folder: Path) -> dict[str, bytes]:
    """Content by path inside the folder; notes for people left out."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix != ".md"
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_sample_is_what_the_documented_command_writes(fresh: Path) -> None:
    command = " ".join(("python -m data.simulate data/sample", *simulate.SAMPLE_ARGUMENTS))
    assert command in (simulate.__doc__ or "")
    assert files_of(SAMPLE) == files_of(fresh)


def test_exports_of_the_sample_stay_as_they_are(fresh: Path) -> None:
    """Truth may say more one day; what a user would load must not change by a byte."""
    digest = hashlib.sha256()
    for name, content in files_of(fresh).items():
        if name != "truth.json":
            digest.update(f"{name} {len(content)}\n".encode() + content)
    assert digest.hexdigest() == EXPORTS_OF_THE_SAMPLE


def test_sample_stays_small() -> None:
    assert sum(map(len, files_of(SAMPLE).values())) <= 4_000_000


def test_same_seed_same_bytes_and_another_seed_another_history(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        simulate.simulate(tmp_path / name, months=3, claims=300, seed=seed)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert files_of(tmp_path / "one") != files_of(tmp_path / "other")


@pytest.mark.parametrize(
    "arguments", [[], ["OUT", "--months", "0"], ["OUT", "--claims", "x"], ["OUT", "--what"]]
)
def test_bad_usage_exits_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        simulate.main(arguments)
    assert stop.value.code == 2


def test_files_of_another_run_are_not_mixed_in(tmp_path: Path) -> None:
    simulate.main([str(tmp_path), "--months", "2", "--claims", "50"])
    with pytest.raises(SystemExit) as stop:
        simulate.main([str(tmp_path), "--months", "1", "--claims", "50"])
    assert stop.value.code == 2


def test_a_folder_that_cannot_be_written_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert simulate.main([str(tmp_path / "file"), "--months", "1", "--claims", "1"]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(("months", "claims"), [(1, 1), (3, 50)])
def test_a_small_run_loads_although_nothing_was_appealed(
    tmp_path: Path, months: int, claims: int
) -> None:
    out = tmp_path / "out"
    simulate.main([str(out), "--months", str(months), "--claims", str(claims)])
    results = {Path(r.path).name: r for r in load([out], tmp_path / "warehouse")}
    assert {result.status for result in results.values()} == {"loaded"}
    assert len((out / "appeals.csv").read_text().splitlines()) == 1
    assert results["appeals.csv"].rows == 0
    assert [p.severity for p in results["appeals.csv"].problems] == ["info"]


def test_envelopes_count_what_they_hold(fresh: Path) -> None:
    for file in (fresh / "835").glob("*.835"):
        text = file.read_text(encoding="ascii")
        assert text[105] == "~"
        assert text[:3] == "ISA"
        segments = text.replace("\n", "").rstrip("~").split("~")
        starts = [at for at, segment in enumerate(segments) if segment.startswith("ST*")]
        ends = [at for at, segment in enumerate(segments) if segment.startswith("SE*")]
        for start, end in zip(starts, ends, strict=True):
            control_number = segments[start].split("*")[2]
            assert segments[end] == f"SE*{end - start + 1}*{control_number}"
        group = segments[1].split("*")[6]
        assert segments[-2] == f"GE*{len(starts)}*{group}"
        assert segments[-1] == f"IEA*1*{segments[0].split('*')[13]}"


def test_every_line_claim_and_remittance_balances(remittances: list[RemittanceRead]) -> None:
    for remit in remittances:
        for claim in remit.claims:
            assert all(charge - taken == paid for charge, paid, taken in claim.lines)
            assert sum(line[0] for line in claim.lines) == claim.charge
            assert sum(line[1] for line in claim.lines) == claim.paid
        paid = sum(claim.paid for claim in remit.claims)
        assert remit.bpr02 == paid - sum(amount for _, _, amount in remit.adjustments)
        assert remit.bpr02 >= 0


def test_numbers_are_unique(remittances: list[RemittanceRead]) -> None:
    assert len({remit.trace for remit in remittances}) == len(remittances)
    printed = Counter(
        claim.number for remit in remittances for claim in remit.claims if claim.status != "22"
    )
    assert set(printed.values()) == {1}


def test_as_many_claims_are_paid_first_as_were_asked_for(
    remittances: list[RemittanceRead], truth: dict[str, Any]
) -> None:
    first_payments = [
        claim
        for remit in remittances
        for claim in remit.claims
        if claim.status != "22" and not claim.replaces
    ]
    asked_for = int(simulate.SAMPLE_ARGUMENTS[3])
    assert len(first_payments) == asked_for == truth["totals"]["claims"]


def test_deposits_and_bridge_tie_to_the_files(
    remittances: list[RemittanceRead], truth: dict[str, Any]
) -> None:
    told = {row["trace"]: row for row in truth["remittances"]}
    assert set(told) == {remit.trace for remit in remittances}
    for remit in remittances:
        row = told[remit.trace]
        deltas = [reversal.paid + correction.paid for reversal, correction in remit.pairs()]
        identified = sum(max(0, -delta) for delta in deltas)
        paid = sum(claim.paid for claim in remit.claims)
        settled = {reference for code, reference, _ in remit.adjustments if code in CARRIED}
        carried = sum(
            amount
            for code, reference, amount in remit.adjustments
            if code in CARRIED or (code == "CS" and reference in settled)
        )
        assert cents(row["bpr02"]) == remit.bpr02
        assert cents(row["identified"]) == identified
        assert cents(row["payments"]) == paid + identified
        assert cents(row["adjustments"]) == carried
        assert cents(row["net_withheld"]) == identified + carried
    deposits = sum(remit.bpr02 for remit in remittances)
    assert cents(truth["totals"]["deposits"]) == deposits
    assert sum(cents(row["deposits"]) for row in truth["payer_months"]) == deposits


def test_every_way_of_adding_up_withheld_and_recovered_agrees(truth: dict[str, Any]) -> None:
    for measure in ("withheld", "recovered"):
        total = cents(truth["totals"][measure])
        for part in ("payer_months", "cells", "receivables", "remittances"):
            assert sum(cents(row[measure]) for row in truth[part]) == total, (measure, part)
    for row in truth["receivables"]:
        settled = cents(row["withheld"]) + cents(row["refunded"]) + cents(row["forgiven"])
        assert cents(row["open"]) == cents(row["established"]) - settled >= 0
        assert cents(row["recovered"]) <= cents(row["withheld"])


def test_every_story_is_told_several_times(truth: dict[str, Any]) -> None:
    stories = truth["totals"]["stories"]
    assert all(stories[f"E{number}"] >= 3 for number in range(1, 15)), stories
    assert stories["untracked"] >= 3


def test_forwarding_balances_return_whole_in_the_next_remittance(
    remittances: list[RemittanceRead],
) -> None:
    pools: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    still_short = 0
    for remit in remittances:
        key = remit.payer, remit.payee_npi
        entries = [(ref, amount) for code, ref, amount in remit.adjustments if code == "FB"]
        brought = [(reference, amount) for reference, amount in entries if amount > 0]
        assert brought == pools[key]
        pushed = [(ref, -amount) for ref, amount in entries if amount < 0 and not remit.bpr02]
        assert all(reference == remit.trace for reference, _ in pushed)
        pools[key] = pushed
        still_short += bool(brought and pushed)
    assert still_short >= 3


def test_medicare_takes_no_sooner_than_41_days_after_it_put_off(
    remittances: list[RemittanceRead],
) -> None:
    put_off: dict[str, date] = {}
    taken_short = 0
    for remit in remittances:
        day = date.fromisoformat(remit.paid_on)
        for code, reference, amount in remit.adjustments:
            if code == "FB" and amount < 0 and remit.bpr02:
                put_off[reference[2:]] = day
            elif code == "WO" and amount > 0 and reference in put_off:
                assert (day - put_off[reference]).days >= 41
                taken_short += not remit.bpr02
    assert len(put_off) >= 20
    assert taken_short >= 3


def test_corrections_name_what_they_replace_and_show_their_cause(
    fresh: Path, remittances: list[RemittanceRead], truth: dict[str, Any]
) -> None:
    overridden = {
        row[column]
        for row in rows_of(fresh / "offsets.csv")
        if row["Root Cause"]
        for column in ("ICN", "Patient Account")
    }
    causes = {row["patient_control_number"]: row["cause"] for row in truth["receivables"]}
    seen = 0
    for remit in remittances:
        for reversal, correction in remit.pairs():
            assert correction.replaces == reversal.number != correction.number
            if reversal.paid + correction.paid >= 0:
                continue
            growth = {
                code: correction.adjustments[code] + reversal.adjustments[code]
                for code in correction.adjustments | reversal.adjustments
            }
            code = max(growth, key=lambda code: abs(growth[code]))
            if not {reversal.account, reversal.number} & overridden:
                assert causes[reversal.account] == CAUSE_OF_CODE[code]
                seen += 1
    assert seen >= 50


def test_careless_references_occur_in_every_form(remittances: list[RemittanceRead]) -> None:
    known = {claim.number for remit in remittances for claim in remit.claims}
    forms: Counter[str] = Counter()
    for remit in remittances:
        if remit.payer != "Cascade Advantage":
            continue
        for code, reference, amount in remit.adjustments:
            if code != "WO" or amount <= 0:
                continue
            if reference in known:
                forms["good"] += 1
            elif reference[:14] in known:
                forms["embedded"] += 1
            elif re.fullmatch(r"\d+-\d+ \d*ca\d\d", reference):
                forms["mangled"] += 1
            elif not re.search(r"\d", reference):
                forms["meaningless"] += 1
    assert min(forms[form] for form in ("good", "embedded", "mangled", "meaningless")) >= 3


def test_register_and_appeals_agree_with_the_truth(fresh: Path, truth: dict[str, Any]) -> None:
    letters = rows_of(fresh / "offsets.csv")
    by_letter = [row for row in truth["receivables"] if row["notice_source"] == "letter"]
    assert len(letters) == len(by_letter)
    assert all(row["ICN"] or row["Patient Account"] for row in letters)
    assert any(row["Immediate Recoupment"] == "Y" for row in letters)
    assert any(not row["Offset Date"] for row in letters)
    appeals = rows_of(fresh / "appeals.csv")
    decided: dict[str, str] = {}
    for row in appeals:
        if row["Appeal Status"] in {"Overturned in full", "Partially overturned", "Upheld"}:
            decided[row["Case Number"]] = row["Appeal Status"]
    counted = Counter(decided.values())
    for status, measure in (
        ("Overturned in full", "appeals_full"),
        ("Partially overturned", "appeals_partial"),
        ("Upheld", "appeals_upheld"),
    ):
        assert counted[status] == sum(row[measure] for row in truth["payer_months"]) > 0
    recovered = sum(cents(row["Amount Recovered"]) for row in appeals if row["Amount Recovered"])
    assert recovered == cents(truth["totals"]["recovered"])
    assert {"1", "2", "3"} == {row["Appeal Level"] for row in appeals}


def test_payers_change_their_habits(truth: dict[str, Any]) -> None:
    def rate(payer: str, months: slice) -> float:
        rows = [row for row in truth["payer_months"] if row["payer"] == payer][months]
        withheld = sum(cents(row["withheld"]) for row in rows)
        return withheld / sum(cents(row["payments"]) for row in rows)

    first_year, second_year = slice(2, 12), slice(12, 24)
    assert rate("Northland Health Plan", second_year) > rate("Northland Health Plan", first_year)
    assert rate("Meridian Mutual", second_year) < rate("Meridian Mutual", first_year)
    totals = truth["totals"]
    assert 0.015 <= cents(totals["withheld"]) / cents(totals["payments"]) <= 0.04
