"""An archive is whole, or it is refused: whatever is cut off, changed, added, or not ours."""

import io
import os
import random
import tarfile
from pathlib import Path

import pytest

from common.exceptions import Refused
from upkeep.backups.archive import HEAD, MANIFEST, ArchiveWriter, Identity, encrypting, opened, read

SAID = {"made_at": "2018-07-20T00:00:00+00:00", "tables": {"areas_area": {"rows": 1, "sha256": "ab"}}}


@pytest.fixture
def files(tmp_path):
    for name, content in (("a", b"first" * 400), ("b", b"second" * 300)):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def written(files, stream=None) -> bytes:
    stream = stream or io.BytesIO()
    writer = ArchiveWriter(stream)
    for name in ("a", "b"):
        writer.add(f"files/{name}", files / name)
    writer.finish(dict(SAID))
    return stream.getvalue() if isinstance(stream, io.BytesIO) else b""


def outcome(content: bytes, into) -> dict[str, bytes] | str:
    """The files that were read, or why the archive was refused."""
    into.mkdir()
    try:
        read(io.BytesIO(content), into)
    except Refused as refusal:
        return str(refusal)
    return {path.name: path.read_bytes() for path in into.rglob("*") if path.is_file()}


def test_whole_archive_is_read(files):
    manifest = read(io.BytesIO(written(files)), files / "into")

    assert {name: manifest[name] for name in SAID} == SAID
    assert (files / "into/files/a").read_bytes() == (files / "a").read_bytes()
    assert (files / "into/files/a").stat().st_mode & 0o777 == 0o600


def test_archive_cut_short_anywhere_is_refused(files):
    whole = written(files)
    end = whole.rindex(b"manifest.sha256") + 512 + 64
    cuts = [*range(1, end, 397), end - 1]

    said = {cut: outcome(whole[:cut], files / f"cut{cut}") for cut in cuts}

    assert {cut: each for cut, each in said.items() if not isinstance(each, str)} == {}
    assert len(cuts) > 20


def test_archive_changed_anywhere_is_refused_or_reads_as_it_was(files):
    """A tar has bytes that say nothing, such as what fills up a block."""
    whole, sound, luck = written(files), {}, random.Random(14)
    expected = outcome(whole, files / "whole")
    places = luck.sample(range(len(whole)), 300)

    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << luck.randrange(8)
        sound[place] = outcome(bytes(damaged), files / f"at{place}")

    assert {place: each for place, each in sound.items() if not isinstance(each, str) and each != expected} == {}
    assert sum(isinstance(each, str) for each in sound.values()) > 100


def member(name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content) if kind == tarfile.REGTYPE else 0, kind, "/etc/passwd"
    return info, content


def foreign(*members) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


HEADING = b"portal backup 1\n"
OUTSIDE = f"/tmp/portal-outside-{os.getpid()}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "不是本门户的备份"),
        (b"PGDMP" * 999, "不是本门户的备份"),
        (foreign(member("etc/passwd")), "不是本门户的备份"),
        (foreign(member(HEAD, b"portal backup 2\n")), "更新版本"),
        (foreign(member(HEAD, HEADING)), "已损坏或不完整"),
        (foreign(member(HEAD, HEADING), member("../outside")), "已损坏或不完整"),
        (foreign(member(HEAD, HEADING), member(OUTSIDE)), "已损坏或不完整"),
        (foreign(member(HEAD, HEADING), member("files/link", kind=tarfile.SYMTYPE)), "已损坏或不完整"),
        (foreign(member(HEAD, HEADING), member("files/a"), member("files/a")), "已损坏或不完整"),
        (foreign(member(HEAD, HEADING), member(MANIFEST, b"{}")), "已损坏或不完整"),
    ],
    ids=["nothing", "a dump", "a tar", "newer", "cut", "above", "absolute", "a link", "twice", "no seal"],
)
def test_what_is_not_ours_is_refused(content, sentence, tmp_path):
    assert sentence in outcome(content, tmp_path / "into")
    assert not (tmp_path / "outside").exists() and not Path(OUTSIDE).exists()


def encrypted(files, *identities: Identity):
    path = files / "archive.tar.age"
    with path.open("wb") as target, encrypting(target, [each.to_public() for each in identities]) as stream:
        written(files, stream)
    return path


def test_encrypted_archive_is_read_by_each_owner_of_a_key(files):
    ours, second = Identity.generate(), Identity.generate()
    path = encrypted(files, ours, second)

    for key in (ours, second):
        with opened(path, [key]) as stream:
            assert set(read(stream)["files"]) == {"files/a", "files/b"}
    assert b"first" not in path.read_bytes()


@pytest.mark.parametrize("case", ["no key", "another's key", "cut short", "changed"])
def test_encrypted_archive_that_cannot_be_read_is_refused(case, files):
    ours = Identity.generate()
    path = encrypted(files, ours)
    content = path.read_bytes()
    path.write_bytes(
        {"cut short": content[:-100], "changed": content[:-300] + b"x" + content[-299:]}.get(case, content)
    )
    keys = {"no key": [], "another's key": [Identity.generate()]}.get(case, [ours])

    with (
        pytest.raises(Refused, match="请用 --identity" if case == "no key" else "无法解密"),
        opened(path, keys) as stream,
    ):
        read(stream)
