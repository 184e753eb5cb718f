"""Loaders that are killed, run out of disk or meet another: the figures are those before or those after."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.kill_loads import (
    Scene,
    check_clean,
    copied,
    ended,
    figures,
    full_disk,
    kill_round,
    remittance_file,
    run_loader,
    scene_in,
    start_loader,
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene_in(tmp_path_factory.mktemp("scene"), claims=1000)


@pytest.fixture
def warehouse(scene: Scene, tmp_path: Path) -> Iterator[Path]:
    with copied(scene.warehouse, tmp_path / "warehouse") as folder:
        yield folder


def test_the_scene_is_what_it_says(scene: Scene) -> None:
    """Before: 3 claims; after: 1,000, 8 times 5, and the table; each remittance gives 40.05 and 7.77 back."""
    claims = Decimal("100.10")
    assert scene.before["payments"] == 3 * claims
    assert scene.after["payments"] == 1043 * claims + Decimal("12.50")
    assert (scene.before["remittances"], scene.after["remittances"]) == (1, 20)
    assert scene.after["withheld"] == 19 * Decimal("47.82")


@pytest.mark.parametrize(
    ("how", "share"),
    [
        (signal.SIGKILL, 0.3),
        (signal.SIGKILL, 0.6),
        (signal.SIGKILL, 0.85),
        (signal.SIGTERM, 0.7),
        (signal.SIGINT, 0.7),
    ],
)
def test_a_killed_load_leaves_the_figures_before_or_after_and_no_debris(
    scene: Scene, tmp_path: Path, how: signal.Signals, share: float
) -> None:
    """The moment differs from run to run; what must hold is the same at every moment."""
    left = kill_round(scene, tmp_path / "round", how, share * scene.seconds)
    assert left.startswith(("the last load", "the new load"))


@pytest.mark.parametrize("largest_file", [30_000, 600_000])
def test_a_full_disk_changes_nothing_and_says_so(
    scene: Scene, tmp_path: Path, largest_file: int
) -> None:
    assert full_disk(scene, tmp_path / "full", largest_file).startswith("refused: ")


def test_two_loaders_at_once_load_both(warehouse: Path, tmp_path: Path) -> None:
    inboxes = []
    for name in ("one", "other"):
        inboxes.append(tmp_path / name)
        inboxes[-1].mkdir()
        (inboxes[-1] / f"{name}.835").write_bytes(remittance_file(name.upper(), 500))
    ends = [ended(process) for process in [start_loader(inbox, warehouse) for inbox in inboxes]]
    assert [end.code for end in ends] == [0, 0], [end.said for end in ends]
    assert figures(warehouse)["payments"] == Decimal("100.10") * 1003
    assert figures(warehouse)["remittances"] == 11
    check_clean(warehouse)


def test_a_load_after_a_full_disk_succeeds(scene: Scene, warehouse: Path) -> None:
    assert run_loader(scene.inbox, warehouse, largest_file=30_000).code == 1
    assert run_loader(scene.inbox, warehouse).code == 0
    assert figures(warehouse) == scene.after
    check_clean(warehouse)
