"""One file that holds a whole backup: a tar with a digest of everything in it, encrypted to public keys on request.

The first member says whose archive it is, the last but one is the manifest, the last the manifest's own digest: what is
cut short lacks them, and what was changed does not have the digests that they give.
"""

import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage
from pyrage.x25519 import Identity, Recipient

from common.exceptions import Refused

FORMAT = 1
HEAD, MANIFEST, SEAL = "portal-backup", "manifest.json", "manifest.sha256"
HEADING = f"portal backup {FORMAT}\n".encode()
ENCRYPTED = b"age-encryption.org/"
LONGEST_MANIFEST = 512 * 1024 * 1024
_BLOCK = 1024 * 1024
__all__ = ["ArchiveWriter", "Identity", "Recipient", "encrypting", "opened", "read"]


class ArchiveWriter:
    """Members one after the other into a stream; each is digested as it is written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_BLOCK)  # noqa: SIM115
        self.files: dict[str, dict[str, Any]] = {}
        self._put(HEAD, HEADING)

    def add(self, name: str, path: Path) -> None:
        """A file under a name; OSError when it cannot be read, or grows shorter meanwhile."""
        with path.open("rb") as file:
            member = tarfile.TarInfo(name)
            member.size, member.mode = os.fstat(file.fileno()).st_size, 0o600
            digested = _Digested(file)
            self._tar.addfile(member, digested)
        self.files[name] = {"size": member.size, "sha256": digested.sha256.hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Write the manifest of all members and end; the manifest as it was written."""
        manifest = {"format": FORMAT, **manifest, "files": self.files}
        content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
        self._put(MANIFEST, content)
        self._put(SEAL, hashlib.sha256(content).hexdigest().encode())
        self._tar.close()
        return manifest

    def _put(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, BytesIO(content))


class _Digested:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.sha256.update(block)
        return block


@contextmanager
def encrypting(target: IO[bytes], recipients: list[Recipient]) -> Iterator[IO[bytes]]:
    """What is written to it reaches ``target`` as only the owners of the recipients' private keys can read it."""
    with _piped(lambda source: pyrage.encrypt_io(source, target, recipients), "r") as stream:
        yield stream


@contextmanager
def opened(path: Path, identities: list[Identity]) -> Iterator[IO[bytes]]:
    """The archive's bytes, decrypted where they are encrypted. Refused where no identity opens it, or where it is damaged."""
    with path.open("rb") as file:
        is_encrypted = file.read(len(ENCRYPTED)) == ENCRYPTED
        file.seek(0)
        if not is_encrypted:
            yield file
            return
        if not identities:
            raise Refused("备份已加密，请用 --identity 给出私钥文件。")
        try:
            with _piped(lambda target: pyrage.decrypt_io(file, target, identities), "w") as stream:
                yield stream
        except (pyrage.DecryptError, _DecryptionEnded) as error:
            raise Refused("备份无法解密：私钥与备份不符，或备份已损坏、不完整。") from error


class _DecryptionEnded(Exception):
    """Decryption ended before the archive did."""


@contextmanager
def _piped(work: Callable[[IO[bytes]], object], mode: str) -> Iterator[IO[bytes]]:
    """A stream whose other end ``work`` reads (``r``) or writes (``w``) in a thread; what goes wrong there is raised here."""
    reading, writing = os.pipe()
    theirs, ours = (reading, writing) if mode == "r" else (writing, reading)
    failed: list[BaseException] = []

    def run() -> None:
        with open(theirs, f"{mode}b") as end:  # noqa: PTH123
            try:
                work(end)
            except (BrokenPipeError, ConnectionError):
                pass
            except BaseException as error:
                failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with open(ours, "wb" if mode == "r" else "rb") as stream:  # noqa: PTH123
            yield stream
    except (OSError, Refused) as error:
        thread.join()
        if failed:
            raise _told(failed[0], mode) from error
        raise
    thread.join()
    if failed:
        raise _told(failed[0], mode)


def _told(error: BaseException, mode: str) -> BaseException:
    """The library tells of a damaged archive as of an unreadable file."""
    return _DecryptionEnded(str(error)) if mode == "w" and isinstance(error, OSError) else error


def read(stream: IO[bytes], into: Path | None = None) -> dict[str, Any]:
    """The manifest of an archive that is whole, each file digested; written below ``into`` where that is given.

    Refused, whatever was written by then, when anything is missing, too much, or not what the manifest says.
    """
    try:
        return _checked(*_members(stream, into))
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("备份已损坏或不完整，未恢复任何内容。") from error


def _members(stream: IO[bytes], into: Path | None) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """What the archive says of itself, by name, and the size and digest of each file in it."""
    said: dict[str, bytes] = {}
    found: dict[str, dict[str, Any]] = {}
    try:
        tar = tarfile.open(fileobj=stream, mode="r|", bufsize=_BLOCK)  # noqa: SIM115
    except tarfile.TarError:
        raise Refused("所给文件不是本门户的备份。") from None
    with tar:
        for member in tar:
            if HEAD not in said and (member.name != HEAD or member.size != len(HEADING)):
                raise Refused("所给文件不是本门户的备份。")
            if not member.isreg() or member.name in said or member.name in found or SEAL in said:
                raise ValueError(member.name)
            file = tar.extractfile(member)
            if member.name in (HEAD, MANIFEST, SEAL):
                said[member.name] = file.read(LONGEST_MANIFEST)
                if said.get(HEAD) != HEADING:
                    raise Refused("备份由更新版本的门户制作，本版本无法识别；未恢复任何内容。")
            else:
                found[member.name] = _taken(member.name, file, into)
    return said, found


def _taken(name: str, file: IO[bytes], into: Path | None) -> dict[str, Any]:
    """The size and digest of a member, which is written to the disk on the way."""
    digested = _Digested(file)
    if into is None:
        size = sum(map(len, iter(lambda: digested.read(_BLOCK), b"")))
        return {"size": size, "sha256": digested.sha256.hexdigest()}
    target = into / safe(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with open(target, "xb", opener=_for_nobody_else) as out:
        size = sum(out.write(block) for block in iter(lambda: digested.read(_BLOCK), b""))
        out.flush()
        os.fsync(out.fileno())
    return {"size": size, "sha256": digested.sha256.hexdigest()}


def _for_nobody_else(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def safe(name: str) -> str:
    """The name of a member that stays below the folder; ValueError for any other."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or "\0" in name or "\\" in name:
        raise ValueError(name)
    return name


def _checked(said: dict[str, bytes], found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The manifest, which must be told by its digest and tell just what was found."""
    if said[SEAL].decode() != hashlib.sha256(said[MANIFEST]).hexdigest():
        raise ValueError(MANIFEST)
    manifest = json.loads(said[MANIFEST])
    if manifest["format"] != FORMAT or manifest["files"] != found:
        raise ValueError(MANIFEST)
    return manifest
