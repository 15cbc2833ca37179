"""Texts → vectors: both ways of running the packaged model agree, and no text is embedded twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from config.settings import PACKAGED_MODEL
from index import embed
from index.embed import VectorCache, encode_queries, layer_means, packaged_folder, updated_encoder

TEXTS = [
    "skip connections",
    "A U-Net carries what its encoder saw over to its decoder, level by level. " * 4,
    "∇ₓ log p(x | c) — the score; 注意力; naïve “quotes” and\tblanks",
    "x",
    "word " * 400,
]


def test_numpy_agrees_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_folder()), model_kwargs={"dtype": "float32"})
    theirs = np.asarray(model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False))
    assert np.abs(encode_queries(TEXTS, PACKAGED_MODEL) - theirs).max() < 1e-5


def test_the_means_after_a_layer_agree_with_those_of_transformers() -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(str(packaged_folder()))
    tokens = AutoTokenizer.from_pretrained(str(packaged_folder()))(
        TEXTS, truncation=True, padding=True, max_length=256, return_tensors="pt"
    )
    with torch.inference_mode():
        hidden = model(**tokens, output_hidden_states=True).hidden_states[3]
    mask = tokens["attention_mask"][:, :, None]
    theirs = ((hidden * mask).sum(dim=1) / mask.sum(dim=1)).numpy()
    assert np.abs(layer_means(TEXTS, 3) - theirs).max() < 1e-4


def test_texts_read_together_with_another_agree_with_those_of_transformers() -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(str(packaged_folder()))
    name = "encoder.layer.5.output.dense"
    added = np.random.default_rng(0).normal(0, 0.01, model.get_submodule(name).weight.shape).astype(np.float32)
    model.get_submodule(name).weight.data += torch.from_numpy(added)
    tokens = AutoTokenizer.from_pretrained(str(packaged_folder()))(
        [TEXTS[1]] * len(TEXTS), TEXTS, truncation=True, padding=True, max_length=256, return_tensors="pt"
    )
    with torch.inference_mode():
        hidden = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"][:, :, None]
    theirs = torch.cat([hidden[:, 0], (hidden * mask).sum(dim=1) / mask.sum(dim=1)], dim=1).numpy()
    before = encode_queries(TEXTS, PACKAGED_MODEL)
    ours = updated_encoder({f"{name}.weight": added})
    assert np.abs(ours.pairs(TEXTS[1], TEXTS) - theirs).max() < 1e-4
    assert ours.pairs(TEXTS[1], []).shape == (0, theirs.shape[1])
    assert np.array_equal(encode_queries(TEXTS, PACKAGED_MODEL), before)


def test_few_texts_and_many_have_the_same_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = VectorCache(tmp_path / "few.sqlite", PACKAGED_MODEL)
    vectors, embedded = few.embed(TEXTS)
    assert embedded == len(TEXTS)
    monkeypatch.setattr(embed, "_FEW_CHARACTERS", 0)
    many = VectorCache(tmp_path / "many.sqlite", PACKAGED_MODEL)
    # bfloat16, where the processor has it, and half precision in the file.
    assert (vectors * many.embed(TEXTS)[0]).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-3)
    few.close()
    many.close()


def test_a_model_that_cannot_be_had_is_not_asked_for_again_and_again(tmp_path: Path) -> None:
    hub = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "", "NO_PROXY": "127.0.0.1"}
    code = "from app.cli import main; main()"
    command = [sys.executable, "-c", code, "build", "--demo", "--home", str(tmp_path / "home")]
    environment = {**os.environ, **hub, "CONCORDANCE_EMBEDDING_MODEL": "someone/else"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "embedding model 'someone/else' cannot be loaded" in done.stderr
    assert "http://127.0.0.1:9 cannot be reached" in done.stderr
    assert "Retrying" not in done.stderr


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite", PACKAGED_MODEL)
    first, embedded = cache.embed([*TEXTS, TEXTS[0]])
    assert embedded == len(TEXTS)
    assert (first[0] == first[-1]).all()
    cache.close()
    again = VectorCache(tmp_path / "vectors.sqlite", PACKAGED_MODEL)
    told: list[tuple[int, int]] = []
    second, embedded = again.embed(["something new", *TEXTS], lambda done, total: told.append((done, total)))
    assert embedded == 1
    assert told == [(1, 1)]
    assert (second[1:] == first[:-1]).all()
    assert again.embed([])[0].shape == (0, first.shape[1])
    again.close()
