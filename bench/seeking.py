"""Questions whose answers are known → the updates of the model that embeds questions (index/seeking.py).

python -m bench.seeking --home HOME --manuals FOLDER [--write]

The questions are those of bench/sentences.py, HOME and FOLDER what it takes. The model is fitted to four fifths of the
pages, so that what answers a question scores highest among what is found for it, by the vectors of its chunks and
sentences (which stay what they are) together with all else that index/fuse.py weighs. Printed is for how many questions
of the last fifth it comes first, and is among the first five, before and after. ``--write`` keeps the updates beside
index/seeking.py. The questions take half an hour to look up, the fit five minutes, and both 5 GB of memory.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel

import index.seeking
from bench.answering import held_out, homes_given, low_rank, schedule_of
from bench.sentences import asked_of, graded_of, name_of, says
from config.settings import Settings
from index.embed import VectorCache, packaged_folder
from index.encoder import NumpyEncoder
from index.fuse import WEIGHTS
from index.search import Hit, Searcher
from index.seeking import QUESTIONS
from index.updates import maps, updated_by

# Chunks of a question that are weighed against one another, the best first; of these so many that do not answer are
# in a step: the best, and others.
_FOUND = 120
_BEST, _OTHERS = 40, 20
# What has so much worth answers.
_ANSWERS = 0.9
_EPOCHS = 4
_BATCH = 8
_RATE = 3e-5
_TEMPERATURE = 0.03
# So much of what the fit adds is kept: between the two models lies one that is better on other pages than either
# (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
_KEPT = 0.7

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pool:
    """A question and the n chunks that may answer it.

    ``chunks`` (n, dimension) and ``sentences`` (m, dimension) are unit vectors, ``owner`` (m,) tells whose each
    sentence is; ``other`` (n,) is the part of a chunk's score that no vector tells, ``worth`` (n,) how well it answers.
    """

    text: str
    page: str
    chunks: Floats
    sentences: Floats
    owner: npt.NDArray[np.int64]
    other: Floats
    worth: Floats


def pools(searcher: Searcher, name: str) -> Iterator[Pool]:
    """Yield the questions to a set of pages ("list", "manuals", "guides") with what is found for them."""
    cache = VectorCache(searcher.settings.cache_folder / "vectors.sqlite", searcher.settings.embedding_model)
    for row in asked_of(name, "AB"):
        hits = searcher.search(row.q, _FOUND, notes=False).hits
        worth = [float(hit.resource.url in row.gold and says(row.must, hit.chunk.text)) for hit in hits]
        if any(worth):
            yield _pool(row.q, row.gold[0], hits, worth, searcher, cache)
    for graded_row in graded_of(name, "AB"):
        hits = searcher.search(graded_row.q, _FOUND, notes=False).hits
        worth = [
            max((graded_row.worth.get(name_of(sentence.text), 0.0) for sentence in hit.sentences), default=0.0)
            for hit in hits
        ]
        if graded_row.covered and any(one >= _ANSWERS for one in worth):
            yield _pool(graded_row.q, graded_row.page, hits, worth, searcher, cache)
    cache.close()


def _pool(
    question: str, page: str, hits: Sequence[Hit], worth: list[float], searcher: Searcher, cache: VectorCache
) -> Pool:
    said = [[sentence.text for sentence in hit.sentences] or [hit.chunk.embedded] for hit in hits]
    other = [
        sum(weight * hit.parts[name] for name, weight in WEIGHTS.items() if name not in ("dense", "sentence"))
        for hit in hits
    ]
    return Pool(
        searcher.understood(question).text,
        page,
        cache.embed([hit.chunk.embedded for hit in hits])[0],
        cache.embed([text for some in said for text in some])[0],
        np.repeat(np.arange(len(hits)), [len(some) for some in said]),
        np.array(other, dtype=np.float32) / sum(WEIGHTS.values()),
        np.array(worth, dtype=np.float32),
    )


class Seeker(nn.Module):
    """The packaged model, whose linear maps learn."""

    def __init__(self) -> None:
        super().__init__()
        folder = str(packaged_folder())
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertModel.from_pretrained(folder).requires_grad_(False)
        for name in maps(0):
            self.model.get_parameter(f"{name}.weight").requires_grad_(True)

    def forward(self, texts: list[str]) -> Tensor:
        """Return unit vectors: (len(texts), dimension)."""
        read = self.tokenizer(texts, padding=True, truncation=True, max_length=128, return_tensors="pt")
        mask = read["attention_mask"].unsqueeze(-1).float()
        hidden = self.model(**read).last_hidden_state
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def scores(pool: Pool, vector: Tensor) -> Tensor:
    """Return the score of each chunk of a pool for a vector (dimension,): (n,)."""
    near = torch.from_numpy(pool.chunks) @ vector
    said = torch.from_numpy(pool.sentences) @ vector
    best = torch.full_like(near, -1.0).scatter_reduce(0, torch.from_numpy(pool.owner), said, "amax")
    told = WEIGHTS["dense"] * near.clamp(min=0) + WEIGHTS["sentence"] * best.clamp(min=0)
    return torch.from_numpy(pool.other) + told / sum(WEIGHTS.values())


def fitted(learnt: Sequence[Pool]) -> Seeker:
    """Fit the model to questions: what answers each is to be likeliest among what was found for it."""
    order = random.Random(0)
    seeker = Seeker().train()
    learning = [parameter for parameter in seeker.parameters() if parameter.requires_grad]
    steps = max(1, _EPOCHS * len(learnt) // _BATCH)
    optimizer = torch.optim.AdamW(learning, lr=_RATE, weight_decay=0.0)
    schedule = schedule_of(optimizer, steps)
    shuffled = list(learnt)
    for epoch in range(_EPOCHS):
        order.shuffle(shuffled)
        for start in range(0, len(shuffled), _BATCH):
            some = shuffled[start : start + _BATCH]
            losses = [
                _loss(pool, vector, order) for pool, vector in zip(some, seeker([p.text for p in some]), strict=True)
            ]
            torch.stack(losses).mean().backward()
            nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        print(f"epoch {epoch + 1} of {_EPOCHS}", flush=True)
    return seeker.eval()


def _loss(pool: Pool, vector: Tensor, order: random.Random) -> Tensor:
    right = np.flatnonzero(pool.worth > 0).tolist()
    wrong = np.flatnonzero(pool.worth == 0).tolist()
    others = wrong[_BEST:]
    picked = [*right, *wrong[:_BEST], *order.sample(others, min(_OTHERS, len(others)))]
    chance = torch.softmax(scores(pool, vector)[picked] / _TEMPERATURE, 0)
    return -torch.log((chance * torch.from_numpy(pool.worth[picked])).sum() + 1e-9)


def kept(seeker: Seeker, file: Path) -> None:
    """Keep in a file, of the part that is kept of what was added to each map, the best approximation of low rank."""
    before = BertModel.from_pretrained(str(packaged_folder()))
    arrays: dict[str, npt.NDArray[np.float16]] = {}
    for name in maps(0):
        added = seeker.model.get_parameter(f"{name}.weight") - before.get_parameter(f"{name}.weight")
        arrays |= low_rank(name, _KEPT * added)
    np.savez(file, allow_pickle=False, **arrays)


def _print_found(asked: Sequence[Pool], name: str, encoder: NumpyEncoder) -> None:
    found = [0, 0]
    for pool in asked:
        ordered = torch.argsort(scores(pool, torch.from_numpy(encoder.encode([pool.text])[0])), descending=True)
        answers = pool.worth[ordered.numpy()] >= _ANSWERS
        found = [found[0] + int(answers[0]), found[1] + int(answers[:5].any())]
    print(f"{name:8} first {found[0]}, in five {found[1]} of {len(asked)}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is found on pages that were held out; keep the updates where that is asked."""
    homes, write = homes_given(__doc__, arguments)
    asked: list[Pool] = []
    for name, home in homes.items():
        searcher = Searcher(Settings(home=home, llm="none"))
        asked += pools(searcher, name)
        searcher.close()
    torch.manual_seed(0)
    held = [pool for pool in asked if held_out(pool.page)]
    _print_found(held, "before", NumpyEncoder(packaged_folder()))
    seeker = fitted([pool for pool in asked if not held_out(pool.page)])
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / QUESTIONS
        kept(seeker, made)
        _print_found(held, "after", updated_by(made)[0])
        if write:
            shutil.copy(made, Path(index.seeking.__file__).with_name(QUESTIONS))


if __name__ == "__main__":
    main()
