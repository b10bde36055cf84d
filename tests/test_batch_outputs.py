"""What is written under OUT is whole, stays there, and has the permissions of any new file."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path, PurePosixPath

import pytest

from summarizer.batch import outputs
from summarizer.batch.outputs import Outputs, sweep

PLACE = PurePosixPath("a/b/c.txt.brief.json")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def write_inside(out: Path, place: PurePosixPath, data: bytes) -> None:
    with Outputs(out) as found:
        found.write(place, data)


def all_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    write_inside(tmp_path / "new" / "out", PLACE, b"one")
    write_inside(tmp_path / "new" / "out", PLACE, b"two")
    assert (tmp_path / "new" / "out" / PLACE).read_bytes() == b"two"
    assert all_files(tmp_path) == [f"new/out/{PLACE}"]


@pytest.mark.parametrize(("umask", "file", "folder"), [(0, 0o666, 0o755), (0o022, 0o644, 0o755), (0o077, 0o600, 0o700)])
def test_modes_are_exact_under_any_umask(tmp_path, umask, file, folder):
    before = os.umask(umask)
    try:
        write_inside(tmp_path / "out", PLACE, b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "out" / PLACE) == file
    assert mode(tmp_path / "out") == mode(tmp_path / "out" / "a") == mode(tmp_path / "out" / "a" / "b") == folder


def test_a_link_planted_at_the_path_is_replaced_and_not_followed(tmp_path):
    out = tmp_path / "out"
    (out / "a" / "b").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    (out / PLACE).symlink_to(tmp_path / "victim")
    write_inside(out, PLACE, b"brief")
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (out / PLACE).is_symlink()
    assert (out / PLACE).read_bytes() == b"brief"


def test_a_hard_link_planted_at_the_path_is_broken_and_not_written_through(tmp_path):
    out = tmp_path / "out"
    (out / "a" / "b").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    os.link(tmp_path / "victim", out / PLACE)
    assert (tmp_path / "victim").stat().st_nlink == 2
    write_inside(out, PLACE, b"brief")
    assert (tmp_path / "victim").read_text() == "precious"
    assert (tmp_path / "victim").stat().st_nlink == 1


@pytest.mark.parametrize("planted", ["a", "a/b"])
def test_a_link_in_place_of_a_folder_is_refused_and_nothing_is_written_behind_it(tmp_path, planted):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / planted).parent.mkdir(parents=True)
    (out / planted).symlink_to(elsewhere)
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        write_inside(out, PLACE, b"brief")
    assert all_files(elsewhere) == []
    assert list(elsewhere.iterdir()) == []


def test_a_folder_swapped_for_a_link_during_the_write_is_not_followed(tmp_path, monkeypatch):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "a" / "b").mkdir(parents=True)
    elsewhere.mkdir()
    fsync, swapped = os.fsync, []

    def swapping(descriptor):
        fsync(descriptor)
        if not swapped:
            (out / "a" / "b").rename(tmp_path / "moved")
            (out / "a" / "b").symlink_to(elsewhere)
            swapped.append(True)

    monkeypatch.setattr(os, "fsync", swapping)
    write_inside(out, PLACE, b"brief")
    assert swapped
    assert list(elsewhere.iterdir()) == []
    assert all_files(tmp_path / "moved") == [PLACE.name]


def test_out_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write_inside(tmp_path / "out", PLACE, b"x")
    assert (tmp_path / "real" / PLACE).is_file()


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "", "."])
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(ValueError, match="not a path under a folder"):
        write_inside(tmp_path / "out", PurePosixPath(path), b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_at_the_path_is_an_error_and_leaves_no_rest(tmp_path):
    (tmp_path / PLACE).mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_inside(tmp_path, PLACE, b"x")
    assert all_files(tmp_path) == []


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    write_inside(tmp_path, PLACE, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_inside(tmp_path, PLACE, b"new")
    assert (tmp_path / PLACE).read_bytes() == b"old"
    assert all_files(tmp_path) == [str(PLACE)]


def test_the_bytes_are_on_disk_before_the_name_changes(tmp_path, monkeypatch):
    order: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: order.append("fsync") or fsync(fd))
    monkeypatch.setattr(os, "replace", lambda *a, **k: order.append("replace") or replace(*a, **k))
    write_inside(tmp_path, PLACE, b"x")
    assert order == ["fsync", "replace"]


def test_each_folder_is_synced_once_for_all_its_files(tmp_path, monkeypatch):
    places = [PurePosixPath(f"a/{n}.json") for n in range(5)] + [PurePosixPath("b/c/d.json"), PurePosixPath("e.json")]
    synced: list[tuple[int, int]] = []
    with Outputs(tmp_path) as found:
        for place in places:
            found.write(place, b"x")
        monkeypatch.setattr(os, "fsync", lambda fd: synced.append((os.fstat(fd).st_dev, os.fstat(fd).st_ino)))
        found.sync()
    folders = [tmp_path, tmp_path / "a", tmp_path / "b", tmp_path / "b" / "c"]
    assert sorted(synced) == sorted((path.stat().st_dev, path.stat().st_ino) for path in folders)


def test_no_folder_stays_open_however_the_writing_ends(tmp_path, monkeypatch):
    def held() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    def full(*_, **__):
        raise OSError("full")

    before = held()
    write_inside(tmp_path, PLACE, b"x")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="full"):
        write_inside(tmp_path, PLACE, b"x")
    assert held() == before


def killed_write(out: Path, monkeypatch) -> None:
    """Leave what a process leaves that is killed between writing and renaming."""

    class KilledError(BaseException):
        pass

    def kill(*_, **__):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", kill)
        patched.setattr(os, "unlink", kill)
        with pytest.raises(KilledError):
            write_inside(out, PLACE, b"half")


def test_what_a_killed_write_left_is_swept_and_nothing_else(tmp_path, monkeypatch):
    write_inside(tmp_path, PurePosixPath("a/keep.brief.json"), b"x")
    killed_write(tmp_path, monkeypatch)
    assert len(all_files(tmp_path)) == 2
    assert sweep(tmp_path) == 1
    assert all_files(tmp_path) == ["a/keep.brief.json"]
    assert sweep(tmp_path) == sweep(tmp_path / "none") == 0


def test_what_another_process_is_writing_is_not_swept(tmp_path, monkeypatch):
    killed_write(tmp_path, monkeypatch)
    (left,) = tmp_path.rglob(".summarizer-*")
    with left.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert sweep(tmp_path) == 0
    assert sweep(tmp_path) == 1


def test_sweeping_follows_no_link_and_hangs_at_no_fifo(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".summarizer-1111111111111111").write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / "folder").symlink_to(tmp_path / "elsewhere")
    (out / ".summarizer-2222222222222222").symlink_to(tmp_path / "elsewhere" / ".summarizer-1111111111111111")
    os.mkfifo(out / ".summarizer-3333333333333333")
    assert sweep(out) == 0
    assert (tmp_path / "elsewhere" / ".summarizer-1111111111111111").read_text() == "precious"


def test_a_file_swept_between_its_making_and_its_locking_is_written_again(tmp_path, monkeypatch):
    flock, swept = fcntl.flock, []

    def late(file, operation):
        if not swept:
            swept.append(True)
            monkeypatch.setattr(outputs.fcntl, "flock", flock)
            assert sweep(tmp_path) == 1
        flock(file, operation)

    monkeypatch.setattr(outputs.fcntl, "flock", late)
    write_inside(tmp_path, PLACE, b"x")
    assert swept
    assert all_files(tmp_path) == [str(PLACE)]
