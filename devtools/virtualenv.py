"""The portal's own environment, .venv; standard library only, and nothing ever goes to stdout.

An interpreter that has every locked package is used as it is. Otherwise .venv is made or completed, and
the same command runs again in it. What is installed is what the lock names, checked by its hashes: by uv, which is
many times as fast, and by pip where there is no uv for the machine or it fails.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NoReturn

from common.locking import alone

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = [ROOT / "requirements.txt", ROOT / "requirements-test.txt"]
"""What running needs, and what tests and checks need beside it, as people choose it."""
LOCKS = [file.with_suffix(".lock") for file in REQUIREMENTS]
"""REQUIREMENTS and all that they need in turn, with hashes, as ``manage.py lock`` writes them; the second holds the first."""
VENV = Path(os.environ.get("QCF_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
_NO_VENV = "这台机器的 Python 缺少 venv 模块。Debian、Ubuntu 请先运行：apt install python3-venv"
_TOLD_TO_UV = {
    # of pip's configuration: the variable for uv
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
INSIDE = Path(sys.prefix).resolve() == VENV.resolve()
UNFINISHED = VENV / "unfinished"
"""Stands while .venv is being changed: what was broken off is built anew."""


def wheelhouse() -> Path | None:
    """The directory that replaces the package registries where there is none."""
    directory = Path(os.environ.get("QCF_WHEELHOUSE") or ROOT / "wheelhouse").absolute()
    return directory if directory.is_dir() else None


def pip_install(*pip: str) -> list[str]:
    """The beginning of the command that installs, from the wheelhouse when there is one."""
    pip = pip or (sys.executable, "-m", "pip")
    return [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", *_source()]


def _source() -> list[str]:
    house = wheelhouse()
    return ["--no-index", "--find-links", str(house)] if house else []


def uv() -> list[str]:
    """The beginning of a command of the quick installer, once .venv has it."""
    return [str(PYTHON), "-m", "uv"]


def enter(*, for_tests: bool = False, locking: bool = False) -> None:
    """Return in an interpreter that has all packages; from any other, run the command in .venv and exit with it.

    ``locking`` is for the one command that mends a lock that does not fit.
    """
    _keep_bytecode()
    lock = LOCKS[for_tests]
    wanted = pins([lock])
    if not locking:
        _refuse_old_lock(wanted, REQUIREMENTS[: 1 + for_tests])
    if _has(sys.path, wanted) and not (INSIDE and UNFINISHED.exists()):
        return
    if not _in_venv(wanted):
        with alone(VENV.with_name(f"{VENV.name}.lock"), "另一个进程正在准备 .venv，请稍候……"):
            if not _in_venv(wanted):
                _install(lock, fresh=not INSIDE and not _usable())
    if not INSIDE:
        _run_again()
    if not _has(sys.path, wanted):
        sys.exit(f"安装之后仍缺少所需的包。请删除 {VENV} 后重试。")


def _keep_bytecode() -> None:
    """Whatever the machine is set to: the portal begins many processes, and each would compile a thousand modules, for some 8 s."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pins(files: list[Path]) -> dict[str, str]:
    """The version of each package that is pinned for every machine; what only some need is left to the installer."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return {_canonical(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)(?: \\)?$", text, re.M)}


def _refuse_old_lock(locked: dict[str, str], files: list[Path]) -> None:
    unlocked = pins(files).items() - locked.items()
    if unlocked:
        names = "、".join(sorted(name for name, _ in unlocked))
        sys.exit(f"requirements 中的 {names} 与锁定文件不一致。请运行 python3 manage.py lock，再重试。")


def _has(directories: Iterable[str | Path], wanted: dict[str, str]) -> bool:
    """Whether the packages lie in the directories, each in its version; told by the names of their records alone."""
    records = [name for directory in directories for name in _listed(directory) if name.endswith(".dist-info")]
    there = dict(record.removesuffix(".dist-info").rpartition("-")[::2] for record in reversed(records))
    found = {_canonical(name): version for name, version in there.items()}
    return all(found.get(name) == version for name, version in wanted.items())


def _listed(directory: str | Path) -> list[str]:
    try:
        return [path.name for path in Path(directory).iterdir()]
    except OSError:
        return []  # A path may name archives, and what is not there.


def _in_venv(wanted: dict[str, str]) -> bool:
    packages = VENV / "Lib/site-packages" if os.name == "nt" else next(VENV.glob("lib/python3*/site-packages"), VENV)
    return _usable() and _has([packages], wanted)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _usable() -> bool:
    return PYTHON.exists() and not UNFINISHED.exists()


def _install(lock: Path, *, fresh: bool) -> None:
    """Bring .venv to what ``lock`` pins; ``fresh`` makes it anew first."""
    if fresh:
        _say(f"正在建立运行环境 {VENV}（只在第一次，约需一分钟）……")
        _create()
    else:
        _say(f"正在按 {lock.name} 更新运行环境……")
    UNFINISHED.touch()
    lock = _as_in_wheelhouse(lock)
    if not _installed_by_uv(lock):
        _install_by_pip(lock)
    UNFINISHED.unlink()


def _as_in_wheelhouse(lock: Path) -> Path:
    """The lock as it stands in the wheelhouse, where it also knows what was built there."""
    house = wheelhouse()
    if house is None or not (house / lock.name).exists():
        return lock
    if pins([house / lock.name]) != pins([lock]):
        sys.exit(_failure(house))
    return house / lock.name


def _installed_by_uv(lock: Path) -> bool:
    """Whether uv could be had, and installed everything."""
    if os.environ.get("QCF_INSTALLER") == "pip" or not (_answers(*uv(), "--version") or _get_uv()):
        return False
    command = [*uv(), "pip", "install", "--quiet", "--python", str(PYTHON), *_source()]
    locked = ["--require-hashes", "-r", str(lock)]
    if not subprocess.run([*command, *locked], stdout=sys.stderr, env=uv_environment()).returncode:
        return True
    _say("uv 没有装成（经过见上），改用 pip……")
    return False


def _get_uv() -> bool:
    """Install uv alone, as locked; without a word where it is not to be had, as pip then does its work."""
    entry = re.search(r"^uv==.*\\\n(?: +--hash=.*\n?)+", LOCKS[1].read_text(encoding="utf-8"), re.M)
    with tempfile.TemporaryDirectory() as directory:
        only = Path(directory, "uv.txt")
        only.write_text(entry[0] if entry else "", encoding="utf-8")
        return _answers(*pip_install(*_any_pip()), "--require-hashes", "--only-binary", ":all:", "-r", str(only))


@cache
def _any_pip() -> list[str]:
    """A pip that installs into .venv: its own, that of the interpreter which runs, or else the one Python brings."""
    own = [str(PYTHON), "-m", "pip"]
    for pip in (own, [sys.executable, "-m", "pip", "--python", str(PYTHON)]):
        if _answers(*pip, "--version"):
            return pip
    if not _answers(str(PYTHON), "-m", "ensurepip"):
        sys.exit(_NO_VENV)
    return own


def _install_by_pip(lock: Path) -> None:
    locked = ["--require-hashes", "-r", str(lock)]
    if subprocess.run([*pip_install(*_any_pip()), *locked], stdout=sys.stderr).returncode:
        sys.exit(_failure(wheelhouse()))


def _answers(*command: str) -> bool:
    """Whether a command ends well; what it says is nobody's concern."""
    return not subprocess.run(command, capture_output=True).returncode


def uv_environment() -> dict[str, str]:
    """The environment in which uv asks the registries that pip is configured to ask, for it does not read pip's files.

    All of them count alike, as for pip. What is set for uv itself stays.
    """
    command = [*_any_pip(), "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8").stdout
    configured: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for key, value in re.findall(rf"^{section}\.([\w-]+)=(.+)$", listed, re.M):
            configured[key] = " ".join(str(ast.literal_eval(value)).split())
    told = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}
    told |= {name: configured[key] for key, name in _TOLD_TO_UV.items() if configured.get(key)}
    if "UV_FIND_LINKS" in told:
        told["UV_FIND_LINKS"] = told["UV_FIND_LINKS"].replace(" ", ",")
    return {**told, **os.environ}


def _create() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True)
    UNFINISHED.touch()
    try:
        import venv

        # Without pip, which comes with the lock: Python's own way to it takes longer than all that uv does.
        venv.EnvBuilder().create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit(_NO_VENV)


def _failure(house: Path | None) -> str:
    if house:
        return (
            f"安装失败：{house} 中缺少所需的包，或不是为这个 Python 版本和系统做的（经过见上）。"
            "请在同样系统、同样 Python 版本的联网机器上用 python3 manage.py wheelhouse 重新制作。"
        )
    return (
        "安装失败（经过见上）。请检查网络后重试，已下载的部分会接着用；不能联网的机器，请在能联网的同类机器上运行 "
        "python3 manage.py wheelhouse，把得到的 wheelhouse 目录拷到本目录下，再运行一次。"
    )


def _run_again() -> NoReturn:
    """Run this command again with .venv's interpreter; on Windows, which cannot replace a process, as a child."""
    command = [str(PYTHON), *sys.argv]
    os.environ.setdefault("PYTHONUTF8", "1")
    if os.name != "nt":
        os.execv(PYTHON, command)
    child = subprocess.Popen(command)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            continue  # The console sent it to the child too, which ends by itself.


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
