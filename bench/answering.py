"""Questions whose answers are known or graded → the readers of index/reader.py.

python -m bench.answering --home HOME --manuals FOLDER [--write]

The questions are those of bench/sentences.py, HOME and FOLDER what it takes. Each reader is fitted to four fifths of
the pages: that of sentences first, that of passages from there on. Printed is how often what comes first answers on the
last fifth, for several weights of what a reader tells beside the other signs (those of app/answer/fitness.py, which
were fitted to many of these questions, so that the line for 0 flatters them, and the score of index/search.py).
``--write`` keeps both beside index/reader.py. The questions take an hour to look up, the fits two.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel

import index.reader
from app.answer.ask import PASSAGES as FOUND
from app.answer.candidates import window
from app.answer.fitness import fitness
from app.answer.question import understand
from bench.sentences import Judged, asked_of, debian_home, graded, graded_of, judged, name_of, says
from config.settings import Settings
from index.answering import passage
from index.embed import packaged_folder
from index.fuse import ANSWERS_SHARE
from index.reader import PASSAGES, SENTENCES, log_odds, reader_of
from index.search import Hit, Searcher
from index.updates import maps

# The linear maps of the model that learn.
_UPDATED = maps(2)
# Candidates of a question that are read, the best first.
_READ = 16
# What is worth so much answers (the grades "fair" and "well").
_ANSWERS = 0.45
# Of what a fit adds to each linear map, so many directions are kept: as good as all, and a thirtieth of the size.
_RANK = 8
_EPOCHS = 2
_BATCH = 4
_RATE = 4e-5
_WARMING = 0.1


@dataclass(frozen=True, slots=True)
class Example:
    """A question with what could answer it: the texts, how well each does (0 to 1), and what else speaks for it."""

    question: str
    page: str
    texts: list[str]
    worth: list[float]
    score: list[float]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a reader is fitted: the word pieces that it reads, the texts in a step, and how many of these answer.

    ``weights`` are tried for what it tells.
    """

    file: str
    tokens: int
    step: int
    right: int
    head_rate: float
    weights: tuple[float, ...]


_FITS = (
    Fit(SENTENCES, 112, 7, 3, 1e-3, (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)),
    Fit(PASSAGES, 224, 5, 2, 5e-4, (0.0, 0.1, 0.2, 0.3, 0.4, 0.6)),
)


class Reader(nn.Module):
    """The packaged model, whose layers that are updated learn, and the map from what it reads to a score."""

    def __init__(self) -> None:
        super().__init__()
        folder = str(packaged_folder())
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertModel.from_pretrained(folder).requires_grad_(False)
        for name in {name[: name.index(".", len("encoder.layer."))] for name in _UPDATED}:
            self.model.get_submodule(name).requires_grad_(True)
        self.head = nn.Linear(2 * self.model.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, question: str, texts: Sequence[str], tokens: int) -> Tensor:
        """Return the log-odds that each text answers the question: (len(texts),)."""
        read = self.tokenizer(
            [question] * len(texts),
            list(texts),
            padding=True,
            truncation="only_second",
            max_length=tokens,
            return_tensors="pt",
        )
        hidden = self.model(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        scores: Tensor = self.head(torch.cat([hidden[:, 0], mean], dim=1)).squeeze(-1)
        return scores


def kept(reader: Reader, file: Path) -> None:
    """Keep in a file the head, and of what was added to each linear map the best approximation of low rank."""
    before = BertModel.from_pretrained(str(packaged_folder()))
    head = {"weights": reader.head.weight[0], "bias": reader.head.bias}
    arrays = {name: array.detach().numpy().astype(np.float16) for name, array in head.items()}
    for name in _UPDATED:
        added = reader.model.get_parameter(f"{name}.weight") - before.get_parameter(f"{name}.weight")
        arrays |= low_rank(name, added)
    np.savez(file, allow_pickle=False, **arrays)


def low_rank(name: str, added: Tensor) -> dict[str, npt.NDArray[np.float16]]:
    """Return what was added to a linear map as the two arrays that index/updates.py multiplies."""
    left, strengths, right = torch.linalg.svd(added.detach(), full_matrices=False)
    root = strengths[:_RANK].sqrt()
    arrays = {f"{name}.b": left[:, :_RANK] * root, f"{name}.a": root[:, None] * right[:_RANK]}
    return {part: array.numpy().astype(np.float16) for part, array in arrays.items()}


def sentences(searcher: Searcher, name: str) -> Iterator[Example]:
    """Yield the questions to a set of pages ("list", "manuals", "guides") with what could open their answers."""
    for row, known in judged(asked_of(name, "AB"), searcher, _READ):
        if any(worth for _, worth in known):
            yield _of_candidates(row.q, row.gold[0], known)
    for graded_row, known in graded(graded_of(name, "AB"), searcher, _READ):
        if known and (not graded_row.covered or any(worth >= _ANSWERS for _, worth in known)):
            yield _of_candidates(graded_row.q, graded_row.page, known)


def passages(searcher: Searcher, name: str) -> Iterator[Example]:
    """Yield the questions to a set of pages with the passages that are found for them."""
    for row in asked_of(name, "AB"):
        hits = searcher.search(row.q, FOUND, notes=False).hits
        worth = [float(hit.resource.url in row.gold and says(row.must, hit.chunk.text)) for hit in hits]
        if any(worth):
            yield _of_hits(row.q, row.gold[0], hits, worth)
    for graded_row in graded_of(name, "AB"):
        hits = searcher.search(graded_row.q, FOUND, notes=False).hits
        worth = [
            max((graded_row.worth.get(name_of(sentence.text), 0.0) for sentence in hit.sentences), default=0.0)
            for hit in hits
        ]
        if hits and (not graded_row.covered or any(one >= _ANSWERS for one in worth)):
            yield _of_hits(graded_row.q, graded_row.page, hits, worth)


def _of_candidates(question: str, page: str, known: Judged) -> Example:
    score = [fitness({**one.parts, "answers": 0.0}) for one, _ in known]
    asked = understand(question)
    return Example(question, page, [window(one, asked) for one, _ in known], [worth for _, worth in known], score)


def _of_hits(question: str, page: str, hits: Sequence[Hit], worth: list[float]) -> Example:
    score = [(1 + ANSWERS_SHARE) * hit.score - ANSWERS_SHARE * hit.parts.get("answers", 0.0) for hit in hits]
    return Example(question, page, [passage(hit) for hit in hits], worth, score)


def fitted(reader: Reader, learnt: Sequence[Example], how: Fit) -> Reader:
    """Fit a reader to questions, and return it.

    The loss is that of each text by itself (cross-entropy), so that scores mean the same from question to question,
    and that of the best among those of one question (ListNet's, Cao et al. 2007).
    """
    order = random.Random(0)
    steps = max(1, _EPOCHS * len(learnt) // _BATCH)
    learning = [parameter for parameter in reader.model.parameters() if parameter.requires_grad]
    groups = [{"params": learning, "lr": _RATE}, {"params": reader.head.parameters(), "lr": how.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = schedule_of(optimizer, steps)
    reader.train()
    shuffled = list(learnt)
    for epoch in range(_EPOCHS):
        order.shuffle(shuffled)
        for number, example in enumerate(shuffled, 1):
            (_loss(reader, example, how, order) / _BATCH).backward()
            if number % _BATCH == 0:
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
        print(f"{how.file}: epoch {epoch + 1} of {_EPOCHS}", flush=True)
    return reader.eval()


def schedule_of(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Return the schedule by which the rate of a fit rises at first, and falls to nothing in so many steps."""
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (_WARMING * steps)) * max(0.0, 1 - step / steps)
    )


def _loss(reader: Reader, example: Example, how: Fit, order: random.Random) -> Tensor:
    numbers = order.sample(range(len(example.worth)), len(example.worth))
    right = [n for n in numbers if example.worth[n] >= _ANSWERS][: how.right]
    wrong = [n for n in numbers if example.worth[n] < _ANSWERS][: how.step - len(right)]
    picked = right + wrong
    worth = torch.tensor([example.worth[n] for n in picked])
    scores = reader(example.question, [example.texts[n] for n in picked], how.tokens)
    loss = nn.functional.binary_cross_entropy_with_logits(scores, worth)
    if right and wrong:
        loss = loss - torch.log((torch.softmax(scores, 0) * worth).sum() + 1e-9)
    return loss


def held_out(page: str) -> bool:
    """Whether no question to a page is learnt from."""
    return int(hashlib.md5(page.encode()).hexdigest(), 16) % 5 == 0


def _print_first(asked: Sequence[Example], how: Fit, read: Callable[[str, Sequence[str]], list[float]]) -> None:
    """Print how often what comes first answers, by the weight of what a reader tells."""
    answered = [example for example in asked if any(worth >= _ANSWERS for worth in example.worth)]
    told = [np.array(read(example.question, example.texts)) for example in answered]
    if how.file == PASSAGES:
        told = [1 / (1 + np.exp(-odds)) for odds in told]
    for weight in how.weights:
        best = [
            example.worth[int(np.argmax(np.array(example.score) + weight * scores))] >= _ANSWERS
            for example, scores in zip(answered, told, strict=True)
        ]
        print(f"{how.file} {weight:6.2f} {np.mean(best):8.3f} of {len(best)}", flush=True)


def homes_given(told: str | None, arguments: Sequence[str] | None) -> tuple[dict[str, Path], bool]:
    """Return where the pages of "list", "manuals" and "guides" are indexed, and whether to keep what is fitted."""
    options = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True, help="where the reading list's pages are indexed")
    options.add_argument("--manuals", type=Path, required=True, help="where Debian's packages are unpacked")
    options.add_argument("--write", action="store_true", help="keep what is fitted")
    given = options.parse_args(arguments)
    homes = {"list": given.home} | {name: debian_home(given.manuals, name) for name in ("manuals", "guides")}
    return homes, given.write


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what comes first on pages that were held out; keep the readers where that is asked."""
    homes, write = homes_given(__doc__, arguments)
    asked: dict[str, list[Example]] = {SENTENCES: [], PASSAGES: []}
    for name, home in homes.items():
        searcher = Searcher(Settings(home=home, llm="none"))
        asked[SENTENCES] += sentences(searcher, name)
        asked[PASSAGES] += passages(searcher, name)
        searcher.close()
    torch.manual_seed(0)
    reader = Reader()
    with tempfile.TemporaryDirectory() as folder:
        for how in _FITS:
            examples = asked[how.file]
            reader = fitted(reader, [one for one in examples if not held_out(one.page)], how)
            made = Path(folder) / how.file
            kept(reader, made)
            held = [one for one in examples if held_out(one.page)]
            _print_first(held, how, partial(log_odds, reader=reader_of(made)))
            if write:
                shutil.copy(made, Path(index.reader.__file__).with_name(how.file))


if __name__ == "__main__":
    main()
