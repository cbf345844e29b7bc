"""Signatures over what the portal says of a certificate; the algorithm stands behind a name, so that SM2 can follow.

A key is an Ed25519 key in PEM under PORTAL_VAR/keys, readable by the portal alone, or the file that PORTAL_CERTIFICATE_KEY
names. In production it is made by a command and never by itself: a portal that lost its key would else sign with another one, and
nobody would notice. A rotated key moves aside; its public half stays, so that older documents verify.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from common.exceptions import Refused
from common.locking import alone


class NotSigned(Exception):
    """A document does not hold; the message is a Chinese sentence that says what is wrong with it."""


class KeyMissing(Refused):
    """There is no key to sign with, and none may be made unasked."""


class Algorithm(Protocol):
    """What a signature algorithm must be able to do; keys are PEM."""

    def make(self) -> bytes: ...

    def public_of(self, private: bytes) -> bytes: ...

    def sign(self, private: bytes, message: bytes) -> bytes: ...

    def holds(self, public: bytes, signature: bytes, message: bytes) -> bool: ...


class Ed25519:
    """EdDSA on Curve25519 (RFC 8032), from ``cryptography``."""

    def make(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def public_of(self, private: bytes) -> bytes:
        return (
            self._private(private)
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def sign(self, private: bytes, message: bytes) -> bytes:
        return self._private(private).sign(message)

    def holds(self, public: bytes, signature: bytes, message: bytes) -> bool:
        key = serialization.load_pem_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            raise NotSigned("公钥不是 Ed25519 公钥。")
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @staticmethod
    def _private(pem: bytes) -> Ed25519PrivateKey:
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("PORTAL_CERTIFICATE_KEY 指的文件不是 Ed25519 私钥。")
        return key


ALGORITHMS: dict[str, Algorithm] = {"Ed25519": Ed25519()}
SIGNING_WITH = "Ed25519"


def canonical(payload: Mapping[str, Any]) -> bytes:
    """What is signed: JSON with sorted keys, without spaces, in UTF-8."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def key_id(public: bytes) -> str:
    """The first 16 digits of the SHA-256 of the public key's PEM: which key it was."""
    return hashlib.sha256(public.strip()).hexdigest()[:16]


def signed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with its signature."""
    private = private_key()
    algorithm = ALGORITHMS[SIGNING_WITH]
    return {
        "payload": dict(payload),
        "signature": {
            "algorithm": SIGNING_WITH,
            "key": key_id(algorithm.public_of(private)),
            "value": b64encode(algorithm.sign(private, canonical(payload))).decode(),
        },
    }


def read(content: bytes) -> Any:
    """A document as JSON, with each key once; NotSigned where one stands twice, ValueError where it is no JSON.

    Of two values of a key one reader takes the first and another the last, so a person could be shown what was not signed.
    """
    return json.loads(content, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotSigned(f"文件内“{key}”重复出现，无法确定以哪一个为准：请重新下载查验结果。")
        found[key] = value
    return found


PARTS, SIGNATURE_PARTS = {"payload", "signature"}, {"algorithm", "key", "value"}
"""What a document holds, and nothing beside: what is not signed could be taken for what is."""


def _require_nothing_beside(document: Mapping[str, Any], signature: Mapping[str, Any]) -> None:
    beside = [*sorted(set(document) - PARTS), *sorted(set(signature) - SIGNATURE_PARTS)]
    if beside:
        raise NotSigned(f"文件内有签名之外的内容：{'、'.join(beside)}。请重新下载查验结果。")


def verify(document: Any, public: bytes) -> dict[str, Any]:
    """The payload of a document whose signature holds and beside which nothing stands; NotSigned with a sentence otherwise."""
    try:
        payload, signature = document["payload"], document["signature"]
        name, value = signature["algorithm"], b64decode(signature["value"], validate=True)
    except (TypeError, KeyError, NotBase64, ValueError):
        raise NotSigned("这不是证书查验文件：缺少 payload 或 signature。") from None
    _require_nothing_beside(document, signature)
    if name not in ALGORITHMS:
        raise NotSigned(f"签名算法“{name}”本机不支持，可用的有：{'、'.join(ALGORITHMS)}。")
    if signature.get("key") not in (None, key_id(public)):
        raise NotSigned(f"文件用密钥 {signature['key']} 签名，给出的公钥是 {key_id(public)}：请换用相应的公钥。")
    if not ALGORITHMS[name].holds(public, value, canonical(payload)):
        raise NotSigned("签名不符：文件被改动过，或不是用该密钥签发。")
    return payload


def checked(document: Any) -> dict[str, Any]:
    """The payload of a document that this portal signed, with its key or a former one; NotSigned otherwise."""
    signature = document.get("signature") if isinstance(document, dict) else None
    asked = signature.get("key") if isinstance(signature, dict) else None
    keys = public_keys()
    if not keys:
        raise NotSigned("本机没有签名密钥，也没有以前的公钥，无法核对签名：请系统管理员按《运行手册》恢复密钥。")
    return verify(document, next((key for key in keys if key_id(key) == asked), keys[0]))


def folder() -> Path:
    return Path(settings.VAR_DIR) / "keys"


def private_key() -> bytes:
    """The key in PEM: of the file that is set, else this installation's own. KeyMissing where that is to be made by command."""
    kept = kept_at()
    if not kept.exists():
        if settings.CERTIFICATE_KEY or not makes_itself():
            raise KeyMissing(missing())
        make()
    return kept.read_bytes()


def makes_itself() -> bool:
    """Whether the first use may make the key: on one's own machine and in demonstrations, whose signatures nobody keeps."""
    return not settings.PRODUCTION


def make() -> None:
    """A key where there is none yet."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(folder() / "certificates.lock"):
        if not kept_at().exists():
            _keep(kept_at(), ALGORITHMS[SIGNING_WITH].make())


def missing() -> str:
    """That there is no key and what to do about it, in a sentence."""
    return (
        f"证书签名密钥 {kept_at()} 不存在：首次安装的，执行 certificate_key --first；以前有过的，从备份取回 keys 文件夹，"
        "确已丢失的才用 certificate_key --rotate 启用新密钥。"
    )


def kept_at() -> Path:
    """Where the key lies, or will when it is made."""
    return Path(settings.CERTIFICATE_KEY) if settings.CERTIFICATE_KEY else folder() / "certificates.pem"


def _keep(path: Path, content: bytes) -> None:
    """Write it whole or not at all, for nobody else to read."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)


def public_key() -> bytes:
    return ALGORITHMS[SIGNING_WITH].public_of(private_key())


def public_keys() -> list[bytes]:
    """All keys with which this portal has signed, its own first: without it where that is missing."""
    own = []
    with suppress(KeyMissing):
        own.append(public_key())
    return [*own, *(key for _, key in former_keys())]


def former_keys() -> list[tuple[str, bytes]]:
    """The public keys used before, each with the day until which it signed; the latest first."""
    kept = sorted(folder().glob("until-*.pub"), reverse=True)
    return [(path.stem.removeprefix("until-")[:10], path.read_bytes()) for path in kept]


def rotate(on: date) -> str:
    """Sign with a new key from now on; the old public key is kept, where the key is not lost, and the old private key destroyed. Its id.

    ValueError where the key is given by PORTAL_CERTIFICATE_KEY: whoever gives it rotates it.
    """
    if settings.CERTIFICATE_KEY:
        raise ValueError("密钥由 PORTAL_CERTIFICATE_KEY 指定，请更换那个文件。")
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(folder() / "certificates.lock"):
        if kept_at().exists():
            old = public_key()
            _keep(folder() / f"until-{on}-{key_id(old)}.pub", old)
        _keep(folder() / "certificates.pem", ALGORITHMS[SIGNING_WITH].make())
    return key_id(public_key())
