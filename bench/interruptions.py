"""A build of the whole list, killed at random moments, beside one that was left alone.

    python -m bench.interruptions [--kills 20] [--seed 5] [--cache HOME] [--corpus FOLDER] [--small-model]

A server of ours on loopback serves the snapshot of real pages under their true addresses. The list is built
in one home without a break, and in others by `concordance build`, ended by `kill -9` at random moments and
begun again; whenever such a home is whole before all kills are spent, it is compared and another is begun.
Counted: kills, by the stage they fell into; addresses asked for although they were settled; what differs in
the end. ``--cache`` takes vectors from another home, so that embedding does not swallow all kills; ``--small-model``
embeds with a random model of one layer, for a machine that is busy.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.building import PROGRESS_FILE
from config.settings import DEFAULT_LIST
from index.embed import packaged_folder
from tests.conftest import CORPUS
from tests.corpus_web import serve_corpus
from tests.live import settled, start, what_is_indexed
from tests.loopback import Web

_SETTINGS = {"CONCORDANCE_FETCH_PAUSE_SECONDS": "0.05", "CONCORDANCE_FETCH_PARALLEL_HOSTS": "3"}


def main() -> None:
    """Run and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--small-model", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="interruptions-"))
    if options.small_model:
        _SETTINGS["CONCORDANCE_EMBEDDING_MODEL"] = _small_model(folder / "model")
    with Web() as web:
        serve_corpus(web, options.corpus)
        whole = _home(folder / "whole", options.cache)
        began = time.monotonic()
        _build(web, whole, None)
        alone, requests = time.monotonic() - began, len(web.log)
    print(f"left alone: {requests} requests, {alone:.0f} s")
    stages: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    number = different = 0
    while sum(stages.values()) < options.kills:
        number += 1
        home = _home(folder / f"killed-{number}", options.cache)
        with Web() as web:
            serve_corpus(web, options.corpus)
            had: set[str] = set()
            finished = False
            while not finished:
                left = options.kills - sum(stages.values())
                moment = chance.uniform(0.5, 2.2 * alone / options.kills + 3) if left > 0 else None
                before = len(web.log)
                stage = _build(web, home, moment)
                finished = not stage
                twice.update(had & {request.url for request in web.log[before:]})
                if stage:
                    stages[stage] += 1
                had = settled(home / "archive", {request.url for request in web.log})
            different += _differ(web, whole, home)
            print(f"home {number}: whole after {sum(stages.values())} kills in all, {len(web.log)} requests")
    print(f"kills: {sum(stages.values())}, in {json.dumps(dict(stages))}")
    print(f"asked for again although settled: {sum(twice.values())} {json.dumps(dict(twice)) if twice else ''}")
    print(f"homes that differ from the one left alone: {different} of {number}")
    shutil.rmtree(folder)


def _small_model(folder: Path) -> str:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    tokenizer = AutoTokenizer.from_pretrained(str(packaged_folder()))
    shape = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(shape).save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"), max_seq_length=256)
    SentenceTransformer(modules=[words, Pooling(16)]).save(str(folder / "whole"))
    return str(folder / "whole")


def _home(home: Path, cache: Path | None) -> Path:
    home.mkdir()
    if cache is not None:
        (home / "cache").mkdir()
        shutil.copy(cache / "cache" / "vectors.sqlite", home / "cache" / "vectors.sqlite")
    return home


def _build(web: Web, home: Path, moment: float | None) -> str:
    """Build, and kill after so many seconds; return the stage that was killed, "" for a build that was not."""
    process = start(web, home, "build", "--list", DEFAULT_LIST, **_SETTINGS)
    try:
        _, words = process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        stage = _stage(home / PROGRESS_FILE)
        process.kill()
        process.communicate()
        return stage
    if process.returncode != 0:
        raise SystemExit(words)
    return ""


def _stage(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["stage"]) or "Starting"
    except (OSError, ValueError, KeyError):
        return "Starting"


def _differ(web: Web, one: Path, other: Path) -> bool:
    first, second = (what_is_indexed(web, home, **_SETTINGS) for home in (one, other))
    rows = [found[0] for found in (first, second)]
    for a, b in zip(*rows, strict=False):
        if a != b:
            print("differs:", a, b)
    return rows[0] != rows[1] or first[1] != second[1]


if __name__ == "__main__":
    main()
