"""Damaged 835 files, a few thousand: nothing raises, nothing hangs, and nothing is called balanced that is not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from benchmarks import fuzz_835
from benchmarks.fuzz_835 import Tally, run
from loaders.x12.remittance_835 import read_835
from tests.checks_835 import check_blocks, check_delimiters, check_sums, reads_alike
from tests.damage_835 import DAMAGES
from tests.files_835 import file_of, transaction
from tests.loads_835 import GOOD, check_load
from tests.random_835 import Writer
from tests.sums_835 import sums_of


@pytest.mark.parametrize("seed", [835, 5010])
def test_what_holds_for_any_bytes_holds_for_damaged_files(seed: int) -> None:
    tally = run(("reads", seed, 1500))
    assert tally.findings == {}
    assert tally.cases == 1500
    assert set(tally.damages) == set(DAMAGES)
    assert {name.split(":")[0] for name in tally.outcomes} == {"read", "refused"}
    assert tally.in_blocks > 50


def test_damaged_files_bring_no_unbalanced_remittance_into_a_figure() -> None:
    tally = run(("loads", 835, 20))
    assert (tally.findings, tally.cases) == ({}, 20)


def test_files_that_are_refused_or_do_not_balance_change_no_figure() -> None:
    unbalanced = file_of(transaction("CLP*A*1*5*5~", "4.99"))
    undated = file_of(transaction("CLP*A*1*5*5~", "5", day=""))
    check_load([b"", GOOD[:700], b"%PDF-1.7", unbalanced, undated, GOOD])


def test_the_sums_that_readings_are_held_against_are_those_of_the_bytes() -> None:
    body = "CLP*A*1*9*7.5~CLP*B*22*-1*-1~PLB*1*20241231*WO:R*2*FB:S*-0.25~"
    first, second = sums_of(file_of(transaction(body, "4.75"), transaction("CLP*C*1*1*1~", "2")))
    assert (str(first.claim_paid), str(first.adjusted), str(first.difference)) == (
        "6.50",
        "1.75",
        "0.00",
    )
    assert (first.state, second.state, str(second.difference)) == ("balanced", "unbalanced", "1.00")


@pytest.mark.parametrize("change", [(b"CLP*A*1*5*5~", b"CLP*A*1*5*6~"), (b"BPR*I*5", b"BPR*I*6")])
def test_a_reading_of_other_bytes_is_found_out(change: tuple[bytes, bytes]) -> None:
    data = file_of(transaction("CLP*A*1*5*5~", "5"))
    check_sums(read_835(data), sums_of(data))
    with pytest.raises(AssertionError):
        check_sums(read_835(data), sums_of(data.replace(*change)))


def test_a_reading_that_lacks_a_remittance_is_found_out() -> None:
    one, other = transaction("", trace="T1"), transaction("", trace="T2")
    with pytest.raises(AssertionError, match="is missing"):
        check_sums(read_835(file_of(one)), sums_of(file_of(one, other)))


def test_a_failure_is_told_with_the_fewest_files_that_show_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails_on_three(texts: Sequence[bytes]) -> str:
        assert b"3" not in texts
        return ""

    tally = Tally()
    fuzz_835._attempt([b"%d" % n for n in range(10)], tally, fails_on_three)
    assert [text for _, text in tally.findings.values()] == [b"3"]
    monkeypatch.setattr(fuzz_835, "LIMIT_SECONDS", 1)
    slow = Tally()
    fuzz_835._attempt([b""], slow, lambda _texts: "x" * sum(1 for _ in iter(int, 1)))
    assert [name.split(" ")[0] for name in slow.findings] == ["TimeoutError"]


def test_valid_files_are_compared_in_blocks() -> None:
    random = Random(7)
    files = [Writer(random).file() for _ in range(12)]
    plain = [text for text in files if reads_alike(text, len(text))]
    assert len(plain) > 5
    for text in plain:
        check_delimiters(text)
        check_blocks(text, read_835(text), 700)
