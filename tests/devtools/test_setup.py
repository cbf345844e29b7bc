"""How the portal prepares itself: packages, front-end libraries, the lock."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version

import pytest

from devtools import frontend, virtualenv

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
    assert len(pins) == len([line for line in lines if line and not line.startswith("#") and ";" not in line])


@pytest.mark.parametrize("number", [0, 1])
def test_lock_fits_what_people_pinned(number):
    chosen = virtualenv.pins(virtualenv.REQUIREMENTS[: number + 1])
    locked = virtualenv.pins([virtualenv.LOCKS[number]])

    assert chosen.items() <= locked.items()
    assert len(locked) > len(chosen)


def test_tests_run_on_the_packages_of_production():
    production, tests = (virtualenv.pins([lock]) for lock in virtualenv.LOCKS)

    assert production.items() <= tests.items()


@pytest.mark.parametrize("lock", virtualenv.LOCKS, ids=lambda lock: lock.name)
def test_lock_knows_each_file_by_its_hash_and_names_no_registry(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]

    assert not [entry for entry in entries if "--hash=sha256:" not in entry]
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_interpreter_with_another_version_is_not_enough():
    assert virtualenv._has(sys.path, {"django": version("django"), "zxing-cpp": version("zxing-cpp")})
    assert not virtualenv._has(sys.path, {"django": "1.0"})
    assert not virtualenv._has(sys.path, {"no-such-package": "1.0"})


def test_what_is_found_first_counts(tmp_path):
    for directory, number in (("first", "1.0"), ("second", "2.0")):
        (tmp_path / directory / f"Some_Package-{number}.dist-info").mkdir(parents=True)

    assert virtualenv._has([tmp_path / "first", tmp_path / "second"], {"some-package": "1.0"})


def test_lock_that_does_not_fit_is_refused_with_the_way_out(tmp_path):
    chosen = tmp_path / "requirements.txt"
    chosen.write_text("# Why.\ndjango==5.2\nshapely==2.0\n")

    virtualenv._refuse_old_lock({"django": "5.2", "shapely": "2.0"}, [chosen])
    with pytest.raises(SystemExit, match=r"shapely 与锁定文件不一致。请运行 python3 manage.py lock"):
        virtualenv._refuse_old_lock({"django": "5.2", "shapely": "1.0"}, [chosen])


def test_packages_for_some_machines_only_are_left_to_the_installer(tmp_path):
    lock = tmp_path / "a.lock"
    lock.write_text(
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:1\nrich==15.0.0 \\\n    --hash=sha256:2\n"
    )

    assert virtualenv.pins([lock]) == {"rich": "15.0.0"}


@pytest.fixture
def pip_is_told(tmp_path, monkeypatch):
    """Configure pip by a file of its own alone."""

    def configure(text: str) -> dict[str, str]:
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_CERT"))]:
            monkeypatch.delenv(name)
        (tmp_path / "pip.conf").write_text(text)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
        return virtualenv.uv_environment()

    return configure


def test_uv_asks_where_pip_is_configured_to_ask(pip_is_told):
    told = pip_is_told(
        "[global]\nindex-url = https://mirror.example/simple\nextra-index-url =\n  https://a.example\n  https://b.example\n"
        "cert = /etc/some.pem\n[install]\nfind-links = /wheels /more\ntrusted-host = mirror.example\n"
    )

    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["UV_INDEX"] == "https://a.example https://b.example"
    assert told["UV_FIND_LINKS"] == "/wheels,/more"
    assert told["UV_INSECURE_HOST"] == "mirror.example"
    assert told["SSL_CERT_FILE"] == "/etc/some.pem"


def test_what_is_set_for_uv_itself_stays(pip_is_told, monkeypatch):
    told = pip_is_told("[global]\ntimeout = 7\n")
    assert told["UV_HTTP_TIMEOUT"] == "7"

    monkeypatch.setenv("UV_HTTP_TIMEOUT", "90")
    assert virtualenv.uv_environment()["UV_HTTP_TIMEOUT"] == "90"


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
