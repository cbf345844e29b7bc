"""How the portal prepares itself: packages, front-end libraries, the lock."""

import subprocess
import sys
import zipfile
from importlib.metadata import version

import pytest

from qingcheng_fiber import frontend, virtualenv

HOLD = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from common.locking import alone
with alone(pathlib.Path(sys.argv[2]), "waiting"):
    print("held", flush=True)
    sys.stdin.read()
print("left", flush=True)
"""


def hold(lock) -> subprocess.Popen:
    """A process that takes the lock and has it until its input ends."""
    command = [sys.executable, "-c", HOLD, str(virtualenv.ROOT), str(lock)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, text=True, **pipes)


def test_lock_lets_one_process_in_at_a_time(tmp_path):
    first = hold(tmp_path / "lock")
    assert first.stdout.readline() == "held\n"
    second = hold(tmp_path / "lock")
    assert second.stderr.readline() == "waiting\n"
    assert second.poll() is None
    assert first.communicate() == ("left\n", "")

    assert second.communicate() == ("held\nleft\n", "")


def test_lock_of_a_dead_process_is_open(tmp_path):
    dead = hold(tmp_path / "lock")
    dead.stdout.readline()
    dead.kill()
    dead.communicate()

    assert hold(tmp_path / "lock").communicate() == ("held\nleft\n", "")


def test_pins_of_both_files_are_read():
    files = virtualenv.REQUIREMENTS
    pins = virtualenv.pins(files)

    assert pins["django"] == version("django")
    assert "pytest" in pins
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(pins) == len([line for line in lines if line and not line.startswith("#")])


def test_interpreter_with_another_version_is_not_enough():
    assert virtualenv._here({"django": version("django")})
    assert not virtualenv._here({"django": "1.0"})
    assert not virtualenv._here({"no-such-package": "1.0"})


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    """The libraries, in a directory of their own."""
    monkeypatch.setattr(frontend, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(frontend, "AXE", tmp_path / "axe.min.js")
    frontend.AXE.write_text("axe")
    monkeypatch.setattr(frontend, "_STAMP", tmp_path / "vendor" / ".made-from")
    for name in frontend.SERVED:
        frontend._write(tmp_path / "vendor" / name, name.encode())
    frontend._write(tmp_path / "vendor" / ".made-from", frontend._wanted().encode())
    return tmp_path / "vendor"


def test_libraries_that_are_there_are_left_alone(vendor):
    assert frontend.prepare() is False


def test_libraries_come_out_of_the_wheelhouse_as_they_went_in(vendor, tmp_path, monkeypatch):
    monkeypatch.setenv("QCF_WHEELHOUSE", str(tmp_path))
    frontend.pack(tmp_path / frontend.PACKED)
    missing = vendor / next(iter(frontend.SERVED))
    missing.unlink()

    assert frontend.prepare() is True
    assert missing.read_text() == next(iter(frontend.SERVED))


def test_wheelhouse_of_another_version_is_refused(vendor, tmp_path, monkeypatch):
    monkeypatch.setenv("QCF_WHEELHOUSE", str(tmp_path))
    with zipfile.ZipFile(tmp_path / frontend.PACKED, "w") as archive:
        archive.writestr(".made-from", "another")
    (vendor / ".made-from").unlink()

    with pytest.raises(SystemExit, match="是为另一版本的门户做的"):
        frontend.prepare()


def test_source_map_is_not_asked_for():
    assert frontend._SOURCE_MAP.sub(b"\n", b"a{}\n/*# sourceMappingURL=a.css.map */\n") == b"a{}\n"


def test_lock_file_names_no_registry():
    lock = (virtualenv.ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
    assert '"integrity"' in lock
