"""The Merkle tree over the leaves (RFC 9162), by pymerkle: hashes, the head, proofs of inclusion and consistency."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pymerkle import BaseMerkleTree, ConsistencyProof, InclusionProof, InvalidProof, hasher

from witness.models import Leaf, LogHead

if "sm3" not in hasher.HASH_FUNCTIONS:
    hasher.HASH_FUNCTIONS["sm3"] = lambda data=b"": hashlib.new("sm3", data)
    hasher.ALGORITHMS.append("sm3")

SHORT = 40
"""Hexadecimal digits of a digest that papers carry: 160 bits."""


@dataclass(frozen=True)
class Head:
    """The tree as it was with ``size`` leaves, and its root in hexadecimal digits."""

    size: int
    root: str

    @property
    def short(self) -> str:
        return grouped(self.root)


def grouped(digest: str) -> str:
    """What papers carry of a digest, in groups that a person can compare."""
    short = digest[:SHORT].upper()
    return " ".join(short[start : start + 4] for start in range(0, len(short), 4))


def typed(text: str) -> str:
    """The digits of a digest as somebody typed it off a paper, without what stands between them."""
    return "".join(text.split()).replace("-", "").lower()


def hashing(algorithm: str) -> hasher.MerkleHasher:
    return hasher.MerkleHasher(algorithm)


def grown(size: int, peaks: Sequence[bytes], leaf: bytes, using: hasher.MerkleHasher) -> list[bytes]:
    """The peaks after one more leaf: two perfect trees of one size make one."""
    found = [*peaks, leaf]
    while size & 1:
        right, left = found.pop(), found.pop()
        found.append(using.hash_pair(left, right))
        size >>= 1
    return found


def split(peaks: str) -> list[bytes]:
    return [bytes.fromhex(each) for each in peaks.split()]


def head() -> Head:
    """The head as it is stored; without looking at a leaf."""
    found = LogHead.objects.filter(pk=LogHead.ONLY).first()
    if not found or not found.size:
        return Head(0, "")
    return Head(found.size, hashing(found.algorithm).hash_fold(split(found.peaks)[::-1]).hex())


class LeafTree(BaseMerkleTree):
    """The tree over hashes that were read, for roots and proofs; leaves are added by ``witness.sealing`` alone."""

    def __init__(self, algorithm: str, hashes: Sequence[str]) -> None:
        super().__init__(algorithm)
        self._hashes = [bytes.fromhex(each) for each in hashes]

    def _encode_entry(self, data: bytes) -> bytes:
        return data

    def _store_leaf(self, data: bytes, digest: bytes) -> int:
        raise TypeError("Leaves are added by witness.sealing.")

    def _get_leaf(self, index: int) -> bytes:
        return self._hashes[index - 1]

    def _get_leaves(self, offset: int, width: int) -> Sequence[bytes]:
        return self._hashes[offset : offset + width]

    def _get_size(self) -> int:
        return len(self._hashes)

    def head(self, size: int | None = None) -> Head:
        """The head with ``size`` leaves (None: all). ValueError beyond them."""
        size = self.get_size() if size is None else size
        return Head(size, self.get_root(size).hex() if size else "")

    def includes(self, position: int) -> bool:
        """Whether the leaf there proves to be in the present tree."""
        proof = self.prove_inclusion(position)
        return _holds(proof, self.get_leaf(position), self.get_root())

    def continues(self, before: Head) -> bool:
        """Whether the present tree proves to continue the one that had that head, of which papers carry the beginning."""
        if not 0 < before.size <= self.get_size():
            return False
        proof = self.prove_consistency(before.size)
        prior = proof.retrieve_prior_state()
        return (
            len(before.root) >= SHORT and prior.hex().startswith(before.root) and _holds(proof, prior, self.get_root())
        )


def _holds(proof: InclusionProof | ConsistencyProof, base: bytes, root: bytes) -> bool:
    try:
        proof.verify(base, root)
    except InvalidProof:
        return False
    return True


def stored() -> LeafTree:
    """The tree over all leaves as they are stored."""
    first = Leaf.objects.order_by("sequence").values_list("algorithm", flat=True).first()
    return LeafTree(first or "sha256", list(Leaf.objects.order_by("sequence").values_list("hash", flat=True)))
