"""Labelled complaints: reading, counting, and groups of near-duplicates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.errors import DatasetError
from classifier.labels import KIND_OF_GOLD, KINDS, LEVELS, TOPICS
from classifier.masking import mask
from classifier.text import normal_words, surfaces

SEED_CORPUS = Path(__file__).parent / "data" / "seed_corpus.jsonl"

COLUMNS = (
    "id",
    "source",
    "received_on",
    "text",
    "kind",
    "misconduct",
    "inspection",
    "topic",
    "level",
    "agency",
    "region",
    "emergency",
    "in_scope",
    "certain",
)
# Shown beside the labels in reports, never learned from: an office's own label follows its habits.
REPORTED = ("office_label", "source_category")
_OF_GOLD = {
    "jenis": "kind",
    "berkadar": "misconduct",
    "lapangan": "inspection",
    "topik": "topic",
    "tingkat": "level",
    "instansi": "agency",
    "wilayah": "region",
    "darurat": "emergency",
    "lingkup": "in_scope",
    "yakin": "certain",
    "lapor_klasifikasi": "office_label",
}
_FLAGS = ("misconduct", "inspection", "emergency", "in_scope", "certain")
_N_HASHES, _BANDS, _SHINGLE, _SIMILAR = 64, 16, 3, 0.6
_PRIME = np.uint64((1 << 61) - 1)


def read_examples(paths: Iterable[Path]) -> pd.DataFrame:
    """Return labelled complaints of several files as one frame: ``COLUMNS``, ``REPORTED``.

    A file is CSV, JSONL or Parquet; its columns are named as here or as in the annotation
    guide (``jenis``, ``berkadar``, ...), the text stands in ``text`` or in ``judul`` and ``isi``.
    A missing label is None: heads skip rows without theirs. Texts are masked on reading.

    Raises
    ------
    DatasetError
        If a file cannot be read, has no text, or holds a label that does not exist.
    """
    frames = [_read_one(path) for path in paths]
    if not frames:
        msg = "expected at least one file of labelled complaints, got none"
        raise DatasetError(msg)
    return pd.concat(frames, ignore_index=True)


def _read_one(path: Path) -> pd.DataFrame:
    readers: dict[str, Any] = {
        ".csv": lambda: pd.read_csv(path, dtype=str, keep_default_na=False),
        ".jsonl": lambda: pd.read_json(path, lines=True, dtype=False),
        ".parquet": lambda: pd.read_parquet(path),
    }
    if path.suffix not in readers:
        msg = f"{path}: expected one of {sorted(readers)}, got {path.suffix!r}"
        raise DatasetError(msg)
    try:
        raw = readers[path.suffix]()
    except (OSError, ValueError, ImportError) as error:
        msg = f"{path}: cannot be read ({type(error).__name__})"
        raise DatasetError(msg) from error
    raw = raw.rename(columns=_OF_GOLD)
    if "text" not in raw and "isi" in raw:
        judul = raw["judul"].fillna("") if "judul" in raw else pd.Series("", index=raw.index)
        raw["text"] = (judul + "\n" + raw["isi"]).str.strip()
    if "text" not in raw:
        msg = f"{path}: expected a column 'text' or 'isi', got {sorted(raw.columns)}"
        raise DatasetError(msg)
    if "source" not in raw:
        raw["source"] = path.stem
    frame = pd.DataFrame({name: raw.get(name) for name in (*COLUMNS, *REPORTED)})
    frame = frame.astype(object).where(lambda cell: cell.notna() & (cell != ""), None)
    for flag in _FLAGS:
        frame[flag] = [_parse_flag(path, flag, row, v) for row, v in enumerate(frame[flag], 1)]
    frame["kind"] = frame["kind"].map(lambda kind: KIND_OF_GOLD.get(kind, kind))
    frame.loc[~frame["level"].isin(LEVELS), "level"] = None  # X: nothing to decide on
    _check_codes(path, frame, "kind", KINDS)
    _check_codes(path, frame, "topic", TOPICS)
    frame = frame[frame["text"].notna()]
    return frame.assign(text=[mask(text).text for text in frame["text"]])


def _parse_flag(path: Path, column: str, row: int, value: object) -> bool | None:
    flags = {"1": True, "0": False, "true": True, "false": False}
    if value is None:
        return None
    word = str(value).lower()
    if word not in flags:
        msg = f"{path}: row {row}: {column}: expected 0 or 1, got another value"
        raise DatasetError(msg)
    return flags[word]


def _check_codes(path: Path, frame: pd.DataFrame, column: str, codes: Sequence[str]) -> None:
    bad = frame.index[frame[column].notna() & ~frame[column].isin(codes)]
    if len(bad):
        message = f"{path}: row {bad[0] + 1}: {column}: expected one of {list(codes)[:4]}..."
        msg = f"{message}, got an unknown code"
        raise DatasetError(msg)


def fingerprint(frame: pd.DataFrame) -> str:
    """Return a hash over texts and labels; equal data gives an equal hash."""
    rows = pd.util.hash_pandas_object(frame[list(COLUMNS)].astype(str), index=False)
    return hashlib.sha256(rows.to_numpy().tobytes()).hexdigest()[:16]


def near_duplicate_groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return a group number for each text; texts of one group nearly repeat each other.

    MinHash over runs of three normal words proposes pairs, Jaccard similarity of at least 0.6
    decides them; groups are the connected components.

    Returns
    -------
    ndarray of shape (n_texts,)
        The smallest index in the group.
    """
    shingles = [_shingles(text) for text in texts]
    rng = np.random.default_rng(20_260_101)
    a = rng.integers(1, _PRIME, _N_HASHES, dtype=np.uint64)
    b = rng.integers(0, _PRIME, _N_HASHES, dtype=np.uint64)
    parent = np.arange(len(texts))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    buckets: dict[tuple[int, bytes], int] = {}
    for i, found in enumerate(shingles):
        hashes = np.fromiter(found, dtype=np.uint64, count=len(found))
        signature = (hashes[:, None] * a + b).min(axis=0).reshape(_BANDS, -1)
        for band in range(_BANDS):
            first = buckets.setdefault((band, signature[band].tobytes()), i)
            if root(first) != root(i) and _jaccard(shingles[first], found) >= _SIMILAR:
                low, high = sorted((root(first), root(i)))
                parent[high] = low
    return np.array([root(i) for i in range(len(texts))], dtype=np.int64)


def _shingles(text: str) -> set[int]:
    words = [word for surface in surfaces(text) for word in normal_words(surface)]
    runs = {tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    return {
        int.from_bytes(hashlib.blake2b(" ".join(run).encode(), digest_size=7).digest())
        for run in runs
    }


def _jaccard(left: set[int], right: set[int]) -> float:
    return len(left & right) / len(left | right)
