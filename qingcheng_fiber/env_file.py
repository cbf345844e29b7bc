"""A file of variables, ``NAME=value`` a line, as systemd's EnvironmentFile and a shell's ``.`` read it."""

import os
import re
import shlex
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_before: dict[str, str | None] = {}
"""What the variables were that a file has set, for when it sets them no more; None: absent."""


def apply(path: Path) -> None:
    """Take the file's variables into the environment, over those that are there.

    Those that an earlier reading took from it and that are gone from it are again what they were before. ImproperlyConfigured with
    a Chinese sentence, and nothing changed, when the file or a line of it cannot be read.
    """
    found = read(path)
    for name in _before.keys() - found.keys():
        _set(name, _before.pop(name))
    for name, value in found.items():
        _before.setdefault(name, os.environ.get(name))
        _set(name, value)


def read(path: Path) -> dict[str, str]:
    """The variables of the file; blank lines and those that begin with # or ; say nothing."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ImproperlyConfigured(f"环境变量文件 {path} 无法读取：{problem}。") from None
    said = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    return dict(_variable(path, number, line) for number, line in said if line and line[0] not in "#;")


def _variable(path: Path, number: int, line: str) -> tuple[str, str]:
    matched = _LINE.fullmatch(line)
    try:
        words = shlex.split(matched[2]) if matched else None
    except ValueError:
        words = None
    if not matched or words is None or len(words) > 1:
        # Not the line itself: it may hold a password.
        raise ImproperlyConfigured(f"环境变量文件 {path} 第 {number} 行应为 名称=值，值中有空格的加引号。")
    return matched[1], "".join(words)


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
