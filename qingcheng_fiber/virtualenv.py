"""The portal's own environment, .venv; standard library only, and nothing ever goes to stdout.

An interpreter that has every pinned package is used as it is. Otherwise .venv is made or completed, and
the same command runs again in it.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import NoReturn

from common.locking import alone

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = [ROOT / "requirements.txt", ROOT / "requirements-test.txt"]
"""What running needs, and what tests and checks need beside it."""
VENV = Path(os.environ.get("QCF_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSIDE = Path(sys.prefix).resolve() == VENV.resolve()
UNFINISHED = VENV / "unfinished"
"""Stands while .venv is being changed: what was broken off is built anew."""


def wheelhouse() -> Path | None:
    """The directory that replaces the package registries where there is none."""
    directory = Path(os.environ.get("QCF_WHEELHOUSE") or ROOT / "wheelhouse").absolute()
    return directory if directory.is_dir() else None


def pip_install(python: str | Path = sys.executable) -> list[str]:
    """The beginning of the command that installs, from the wheelhouse when there is one."""
    house = wheelhouse()
    source = ["--no-index", "--find-links", str(house)] if house else []
    return [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *source]


def enter(*, for_tests: bool = False) -> None:
    """Return in an interpreter that has all packages; from any other, run the command in .venv and exit with it."""
    files = REQUIREMENTS if for_tests else REQUIREMENTS[:1]
    wanted = pins(files)
    if _here(wanted):
        return
    with alone(VENV.with_name(f"{VENV.name}.lock"), "另一个进程正在准备 .venv，请稍候……"):
        if not _in_venv(wanted):
            _install(files, fresh=not INSIDE and not _usable())
    if not INSIDE:
        _run_again()
    if not _here(wanted):
        sys.exit(f"安装之后仍缺少所需的包。请删除 {VENV} 后重试。")


def pins(files: list[Path]) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", "\n".join(file.read_text(encoding="utf-8") for file in files), re.M))


def _here(wanted: dict[str, str]) -> bool:
    """Whether the running interpreter has all the packages, each in its version."""
    if INSIDE and UNFINISHED.exists():
        return False
    try:
        return all(distribution(name).version == wanted[name] for name in wanted)
    except PackageNotFoundError:
        return False


def _in_venv(wanted: dict[str, str]) -> bool:
    if not _usable():
        return False
    packages = VENV / "Lib/site-packages" if os.name == "nt" else next(VENV.glob("lib/python3*/site-packages"), VENV)
    there = {_canonical(d.metadata["Name"]): d.version for d in distributions(path=[str(packages)])}
    return all(there.get(_canonical(name)) == version for name, version in wanted.items())


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _usable() -> bool:
    return PYTHON.exists() and not UNFINISHED.exists()


def _install(files: list[Path], *, fresh: bool) -> None:
    """Bring .venv to what ``files`` pin; ``fresh`` makes it anew first."""
    if fresh:
        _say(f"正在建立运行环境 {VENV}（只在第一次，约需一分钟）……")
        _create()
    else:
        _say("正在按 requirements 更新运行环境……")
    UNFINISHED.touch()
    listed = [part for file in files for part in ("-r", str(file))]
    if subprocess.run([*pip_install(PYTHON), *listed], stdout=sys.stderr).returncode:
        sys.exit(_failure(wheelhouse()))
    UNFINISHED.unlink()


def _create() -> None:
    import venv

    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True)
    UNFINISHED.touch()
    try:
        venv.EnvBuilder(with_pip=True).create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("这台机器的 Python 缺少 venv 模块。Debian、Ubuntu 请先运行：apt install python3-venv")


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
