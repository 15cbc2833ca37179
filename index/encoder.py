"""Texts → vectors without torch: the packaged model's forward pass in NumPy.

Answering, and a build after a small change, must start at once, and importing sentence-transformers takes
five seconds. The model is a six-layer BERT (Devlin et al. 2018; all-MiniLM-L6-v2): embeddings, post-norm
attention and feed-forward layers, mean pooling over the attended positions, L2 normalisation. What it
returns agrees with sentence-transformers to 1e-5 (tests/test_embed.py).
"""

from __future__ import annotations

import copy
import json
import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from threadpoolctl import ThreadpoolController
from tokenizers import Encoding, Tokenizer

from config.errors import ModelError

Vectors = npt.NDArray[np.float32]

# Texts that are read at the same time: each on a thread of its own, which waits for no other.
_WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one text, the special ones left out: ``vectors`` (pieces, dimension) are unit vectors.

    ``word`` is the index of the word that a piece belongs to, ``place`` where it stands in the text.
    """

    word: tuple[int, ...]
    place: tuple[tuple[int, int], ...]
    vectors: Vectors


class NumpyEncoder:
    """A BERT sentence encoder read from a sentence-transformers folder."""

    def __init__(self, folder: Path) -> None:
        """Read weights and tokenizer. Raises ModelError when the folder holds another architecture."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type") != "bert" or not pooling.get("pooling_mode_mean_tokens"):
            raise ModelError(f"{folder}: not a BERT with mean pooling; use sentence-transformers for it")
        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.max_tokens: int = limits["max_seq_length"]
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self._epsilon: float = config["layer_norm_eps"]
        self._weights = load_file(folder / "model.safetensors")
        self._dimension: int = config["hidden_size"]
        self._threads = ThreadpoolController()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.max_tokens)
        self.tokenizer.enable_padding()

    def encode(self, texts: Sequence[str], batch: int = 4) -> Vectors:
        """Return an array (len(texts), dimension) of unit vectors, in the order of the texts."""
        means = self.layer_means(texts, self._layers, batch)
        unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def layer_means(self, texts: Sequence[str], layers: int, batch: int = 4) -> Vectors:
        """Return an array (len(texts), dimension): the means of the texts' word pieces after so many layers."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [
            self._pooled([texts[i] for i in order[start : start + batch]], layers)
            for start in range(0, len(order), batch)
        ]
        means = np.concatenate(parts)
        restored = np.empty_like(means)
        restored[order] = means
        return restored

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the word pieces of each text, each in its context, as many as the model reads.

        Their vectors are those of the layer before the last, which still tells words apart; the last one
        is trained for their mean alone.
        """
        encodings = self.tokenizer.encode_batch(list(texts))
        return [
            _pieces(encoding, hidden)
            for encoding, hidden in zip(encodings, self._alone(encodings, self._layers - 1), strict=True)
        ]

    def pairs(self, text: str, others: Sequence[str]) -> Vectors:
        """Return an array (len(others), 2 * dimension): ``text`` read together with each of the others.

        The first half of a row is what the last layer makes of the special piece that all begin with, the second
        half the mean of all pieces (BERT's input for two texts, Devlin et al. 2018, figure 1).
        """
        encodings = self.tokenizer.encode_batch([(text, other) for other in others])
        rows = [np.concatenate([hidden[0], hidden.mean(axis=0)]) for hidden in self._alone(encodings, self._layers)]
        return np.stack(rows) if rows else np.zeros((0, 2 * self._dimension), dtype=np.float32)

    def updated(self, updates: Mapping[str, Vectors]) -> NumpyEncoder:
        """Return an encoder whose weights of these names have these arrays added; it shares all others."""
        other = copy.copy(self)
        other._weights = {**self._weights, **{name: self._weights[name] + added for name, added in updates.items()}}
        return other

    def _alone(self, encodings: Sequence[Encoding], layers: int) -> list[Vectors]:
        """Return for each text what the first ``layers`` layers make of its word pieces: (pieces, dimension)."""

        # Alone, not in a batch: passages differ in length, and what pads the short ones costs as much as words.
        def hidden(encoding: Encoding) -> Vectors:
            length = sum(encoding.attention_mask)
            ids, types = np.array([encoding.ids[:length]]), np.array([encoding.type_ids[:length]])
            result: Vectors = self._layered(ids, types, np.ones(ids.shape, dtype=np.float32), layers)[0]
            return result

        with self._one_thread(), ThreadPoolExecutor(_WORKERS) as pool:
            return list(pool.map(hidden, encodings))

    def _pooled(self, texts: list[str], layers: int) -> Vectors:
        encodings = self.tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings])
        types = np.array([encoding.type_ids for encoding in encodings])
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        with self._one_thread():
            hidden = self._layered(ids, types, mask, layers)
        pooled: Vectors = ((hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)).astype(np.float32)
        return pooled

    def _one_thread(self) -> AbstractContextManager[object]:
        """Return the context in which a product of matrices takes one thread.

        A question is too little to share out, and on a busy machine threads that wait for one another take twenty
        times the processor's time.
        """
        limit: AbstractContextManager[object] = self._threads.limit(limits=1, user_api="blas")
        return limit

    def _layered(self, ids: npt.NDArray[np.int64], types: npt.NDArray[np.int64], mask: Vectors, layers: int) -> Vectors:
        weights = self._weights
        hidden = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][types]
        )
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        bias = (1.0 - mask[:, None, None, :]) * np.float32(-1e9)
        for layer in range(layers):
            name = f"encoder.layer.{layer}."
            attended = self._attention(hidden, bias, name + "attention.self.")
            hidden = self._norm(
                hidden + self._linear(attended, name + "attention.output.dense"),
                name + "attention.output.LayerNorm",
            )
            inner = _gelu(self._linear(hidden, name + "intermediate.dense"))
            hidden = self._norm(hidden + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")
        return hidden

    def _attention(self, hidden: Vectors, bias: Vectors, name: str) -> Vectors:
        count, length, width = hidden.shape
        size = width // self._heads

        def split(part: str) -> Vectors:
            projected = self._linear(hidden, name + part)
            return projected.reshape(count, length, self._heads, size).transpose(0, 2, 1, 3)

        # In place, and scaled before and divided after: copies of so large an array cost more than the products.
        scaled = np.multiply(split("query"), np.float32(1 / math.sqrt(size)), dtype=np.float32)
        scores: Vectors = scaled @ split("key").transpose(0, 1, 3, 2)
        scores += bias
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        attended = scores @ split("value")
        attended /= scores.sum(axis=-1, keepdims=True)
        joined: Vectors = attended.transpose(0, 2, 1, 3).reshape(count, length, width)
        return joined

    def _linear(self, values: Vectors, name: str) -> Vectors:
        result: Vectors = values @ self._weights[name + ".weight"].T
        result += self._weights[name + ".bias"]
        return result

    def _norm(self, values: Vectors, name: str) -> Vectors:
        centred: Vectors = values - values.mean(axis=-1, keepdims=True)
        variance = (centred * centred).mean(axis=-1, keepdims=True)
        centred /= np.sqrt(variance + np.float32(self._epsilon))
        centred *= self._weights[name + ".weight"]
        centred += self._weights[name + ".bias"]
        return centred


def _pieces(encoding: Encoding, hidden: Vectors) -> Tokens:
    kept = [(i, word) for i, word in enumerate(encoding.word_ids) if word is not None]
    unit: Vectors = hidden / np.linalg.norm(hidden, axis=1, keepdims=True)
    places = tuple(encoding.offsets[i] for i, _ in kept)
    return Tokens(tuple(word for _, word in kept), places, unit[[i for i, _ in kept]])


def _gelu(values: Vectors) -> Vectors:
    # Abramowitz and Stegun 7.1.26 for erfc, absolute error below 1.5e-7: NumPy has none of its own. In place, as above.
    size = np.abs(values)
    inner = size * np.float32(1 / math.sqrt(2))
    t = inner * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    inner *= inner
    np.negative(inner, out=inner)
    np.exp(inner, out=inner)
    tail *= inner
    tail *= size
    tail *= np.float32(0.5)
    result: Vectors = np.maximum(values, 0)
    result -= tail
    return result
