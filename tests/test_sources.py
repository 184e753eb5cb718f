"""Where the bytes to load are: files, folders, archives and archives within them; and work side by side."""

from __future__ import annotations

import gzip
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from loaders import sources
from loaders.parallel import AHEAD, in_order
from loaders.sources import Content, find_files, read_sources


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(path: Path, data: bytes | None = None) -> dict[str, bytes | str]:
    """The content of each source by its path; what is wrong, where it cannot be read."""
    return {
        source.path: source.content.whole()
        if source.content
        else str(source.problem and source.problem.message)
        for source in read_sources(path, data)
    }


def test_members_of_archives_are_files_and_a_gz_within_is_unpacked() -> None:
    data = zipped({"a/one.835": b"ISA1", "two.835.gz": gzip.compress(b"ISA2"), "notes.md": b"-"})
    assert read(Path("in.zip"), data) == {"in.zip/a/one.835": b"ISA1", "in.zip/two.835.gz": b"ISA2"}
    assert read(Path("in.835.gz"), gzip.compress(b"ISA3")) == {"in.835.gz": b"ISA3"}


@pytest.mark.parametrize("name", ["book.xlsx", "book.bin"])
def test_a_workbook_is_no_archive_whatever_its_name(name: str) -> None:
    data = zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"})
    assert read(Path(name), data) == {name: data}


def test_what_is_unpacked_and_long_goes_to_the_disk_and_reads_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "IN_MEMORY_BYTES", 10)
    monkeypatch.setattr(sources, "CHUNK_BYTES", 7)
    text = bytes(range(200))
    [source] = read_sources(Path("in.gz"), gzip.compress(text))
    assert source.content is not None
    assert source.content.size == 200
    assert source.content.read(50, 60) == text[50:60]
    assert source.content.sha256() == Content.of(text).sha256()


def test_an_archive_that_unpacks_to_more_than_allowed_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "MOST_BYTES", 1000)
    monkeypatch.setattr(sources, "CHUNK_BYTES", 100)
    said = read(Path("in.gz"), gzip.compress(b"0" * 2000))["in.gz"]
    assert isinstance(said, str)
    assert "holds more than" in said
    assert "holds 1 files, or more than" in str(read(Path("in.zip"), zipped({"a": b"0" * 2000})))


def test_a_folder_is_read_in_order_of_name_without_what_is_hidden_and_notes(tmp_path: Path) -> None:
    hidden = (".hidden", ".folder/3.835", "b/.folder/deep/4.835")
    for name in ("b/2.835", "b/1.835", "a.835", *hidden, "README.md", "truth.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"ISA")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])]
    assert found == ["a.835", "b/1.835", "b/2.835"]


def test_what_is_hidden_in_an_archive_is_passed_over() -> None:
    data = zipped(dict.fromkeys(("./1.835", ".hidden/2.835", "a/.3.835", "../4.835"), b"ISA"))
    assert list(read(Path("in.zip"), data)) == ["in.zip/./1.835", "in.zip/../4.835"]


def test_a_folder_that_is_itself_in_a_hidden_one_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".inbox" / "new"
    folder.mkdir(parents=True)
    (folder / "1.835").write_bytes(b"ISA")
    assert find_files([folder]) == [folder / "1.835"]


@pytest.mark.parametrize("name", ["a.csv", "a.835", "a.gz", "a.zip"])
def test_an_empty_file_is_said_to_be_empty(name: str) -> None:
    data = {"a.gz": gzip.compress(b""), "a.zip": zipped({"b.csv": b""})}.get(name, b"")
    assert list(read(Path(name), data).values()) == ["The file is empty."]


def test_work_side_by_side_keeps_its_order_and_runs_few_jobs_ahead() -> None:
    begun: list[int] = []
    second_begun = threading.Event()

    def jobs() -> Iterator[Callable[[], int]]:
        for number in range(20):
            begun.append(number)
            yield partial(work, number)

    def work(number: int) -> int:
        if number == 0:
            assert second_begun.wait(30)
        if number == 1:
            second_begun.set()
        return number

    results = in_order(jobs(), threads=2)
    assert next(results) == 0
    assert len(begun) == 2 + AHEAD
    assert list(results) == list(range(1, 20))


def test_what_a_job_raises_is_raised_where_its_result_is_asked_for() -> None:
    def fail() -> int:
        raise ValueError("a bug")

    results = in_order([lambda: 1, fail, lambda: 3], threads=2)
    assert next(results) == 1
    with pytest.raises(ValueError, match="a bug"):
        list(results)
