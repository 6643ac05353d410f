"""How much two texts repeat each other: MinHash over runs of three words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

SIMILAR = 0.9
BANDS = 8
_N_HASHES, _RUN = 64, 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """The smallest hashes of a text.

    Attributes
    ----------
    hashes : ndarray of uint32, shape (64,)
        Equal texts have equal ones; the share of equal ones estimates the Jaccard similarity.
    """

    hashes: NDArray[np.uint32]

    @cached_property
    def bands(self) -> tuple[int, ...]:
        """Eight numbers below 2**63; of two texts alike by 0.9, 99 in 100 share at least one."""
        return tuple(
            int.from_bytes(hashlib.blake2b(part.tobytes(), digest_size=8).digest()) >> 1
            for part in self.hashes.reshape(BANDS, -1)
        )

    def similarity(self, other: Signature) -> float:
        """Return the estimated similarity, 0 to 1."""
        return float((self.hashes == other.hashes).mean())

    def to_hex(self) -> str:
        """Return the signature as text."""
        return self.hashes.astype(">u4").tobytes().hex()

    @classmethod
    def from_hex(cls, text: str) -> Signature:
        """Return the signature that ``to_hex`` wrote."""
        return cls(hashes=np.frombuffer(bytes.fromhex(text), dtype=">u4").astype(np.uint32))


def sign(text: str) -> Signature:
    """Return the signature of a masked text; case, blanks and punctuation do not count.

    Examples
    --------
    >>> sign("Lampu jalan padam di Soreang").similarity(sign("lampu JALAN padam, di Soreang!"))
    1.0
    """
    words = _WORD.findall(text.lower())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
    digests = b"".join(hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs)
    found = np.frombuffer(digests, dtype=np.uint64)
    a, b = _coefficients()
    mixed = (found[:, None] * a + b) >> np.uint64(32)
    return Signature(hashes=mixed.min(axis=0).astype(np.uint32))


@lru_cache(maxsize=1)
def _coefficients() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    rng = np.random.default_rng(20_261_124)
    top = np.iinfo(np.uint64).max
    a = rng.integers(1, top, _N_HASHES, dtype=np.uint64) | np.uint64(1)
    return a, rng.integers(0, top, _N_HASHES, dtype=np.uint64)
