"""Questions whose answering sentences are known or graded → the updates of app/answer/answering.py.

python -m bench.answering --home HOME --manuals FOLDER [--write]

The questions are those of bench/sentences.py, HOME and FOLDER what it takes. The model is fitted to four fifths of
the pages; printed is how often what comes first answers on the last fifth, for several weights of what it tells beside
the other signs (app/answer/fitness.py; these were fitted to all questions, so that the line for 0 flatters them).
``--write`` keeps it beside app/answer/answering.py. The questions take twenty minutes to look up, the fit as long.
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
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel

import app.answer.answering
from app.answer.answering import FILE, UPDATED, answering, reader_of
from app.answer.candidates import window
from app.answer.fitness import fitness
from bench.sentences import Judged, asked_of, graded, judged, manuals_home
from config.settings import Settings
from index.embed import packaged_folder
from index.search import Searcher

# Candidates of a question that are read, the best first, and of these as many in a step, of which so many answer.
_READ, _STEP, _RIGHT = 16, 7, 3
# What is worth so much answers (the grades "fair" and "well").
_ANSWERS = 0.45
# Of what the fit adds to each linear map, so many directions are kept: as good as all, and a thirtieth of the size.
_RANK = 8
_EPOCHS = 3
_BATCH = 4
_RATE, _HEAD_RATE = 4e-5, 1e-3
_WARMING = 0.1
_TOKENS = 112


@dataclass(frozen=True, slots=True)
class Example:
    """A question with what could open its answer: the text, how well it would (0 to 1), and its fitness."""

    question: str
    page: str
    texts: list[str]
    worth: list[float]
    fitness: list[float]


class Reader(nn.Module):
    """The packaged model, whose layers that are updated learn, and the map from what it reads to a score."""

    def __init__(self) -> None:
        super().__init__()
        folder = str(packaged_folder())
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertModel.from_pretrained(folder).requires_grad_(False)
        for name in {name[: name.index(".", len("encoder.layer."))] for name in UPDATED}:
            self.model.get_submodule(name).requires_grad_(True)
        self.head = nn.Linear(2 * self.model.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, question: str, texts: Sequence[str]) -> Tensor:
        """Return the log-odds that each text answers the question: (len(texts),)."""
        read = self.tokenizer(
            [question] * len(texts),
            list(texts),
            padding=True,
            truncation="only_second",
            max_length=_TOKENS,
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
    arrays = {"weights": reader.head.weight[0], "bias": reader.head.bias}
    for name in UPDATED:
        added = reader.model.get_parameter(f"{name}.weight") - before.get_parameter(f"{name}.weight")
        left, strengths, right = torch.linalg.svd(added, full_matrices=False)
        root = strengths[:_RANK].sqrt()
        arrays |= {f"{name}.b": left[:, :_RANK] * root, f"{name}.a": root[:, None] * right[:_RANK]}
    halves = {name: array.detach().numpy().astype(np.float16) for name, array in arrays.items()}
    np.savez(file, allow_pickle=False, **halves)


def examples(searcher: Searcher, name: str) -> Iterator[Example]:
    """Yield the questions to a set of pages ("list", "manuals") for which something that was found answers."""
    for row, known in judged(asked_of(name, "AB"), searcher, _READ):
        yield from _example(row.q, row.gold[0], known)
    for question, known in graded(searcher, "AB", _READ) if name == "list" else ():
        yield from _example(question, question, known)


def fitted(learnt: Sequence[Example]) -> Reader:
    """Return a reader that is fitted to the questions.

    The loss is that of each sentence by itself (cross-entropy), so that scores mean the same from question to
    question, and that of the best among those of one question (ListNet's, Cao et al. 2007).
    """
    torch.manual_seed(0)
    order = random.Random(0)
    reader = Reader()
    steps = _EPOCHS * len(learnt) // _BATCH
    learning = [parameter for parameter in reader.model.parameters() if parameter.requires_grad]
    groups = [{"params": learning, "lr": _RATE}, {"params": reader.head.parameters(), "lr": _HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (_WARMING * steps)) * max(0.0, 1 - step / steps)
    )
    reader.train()
    shuffled = list(learnt)
    for epoch in range(_EPOCHS):
        order.shuffle(shuffled)
        for number, example in enumerate(shuffled, 1):
            (_loss(reader, example, order) / _BATCH).backward()
            if number % _BATCH == 0:
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
        print(f"epoch {epoch + 1} of {_EPOCHS}", flush=True)
    return reader.eval()


def _loss(reader: Reader, example: Example, order: random.Random) -> Tensor:
    numbers = order.sample(range(len(example.worth)), len(example.worth))
    right = [n for n in numbers if example.worth[n] >= _ANSWERS][:_RIGHT]
    wrong = [n for n in numbers if example.worth[n] < _ANSWERS][: _STEP - len(right)]
    picked = right + wrong
    worth = torch.tensor([example.worth[n] for n in picked])
    scores = reader(example.question, [example.texts[n] for n in picked])
    loss = nn.functional.binary_cross_entropy_with_logits(scores, worth)
    if right and wrong:
        loss = loss - torch.log((torch.softmax(scores, 0) * worth).sum() + 1e-9)
    return loss


def _example(question: str, page: str, known: Judged) -> Iterator[Example]:
    worth = [one for _, one in known]
    if any(one >= _ANSWERS for one in worth):
        own = [fitness({**one.parts, "answers": 0.0}) for one, _ in known]
        yield Example(question, page, [window(one) for one, _ in known], worth, own)


def _held_out(example: Example) -> bool:
    return int(hashlib.md5(example.page.encode()).hexdigest(), 16) % 5 == 0


def _print_first(asked: Sequence[Example], read: Callable[[str, Sequence[str]], list[float]]) -> None:
    """Print how often what comes first answers, by the weight of what reading together tells."""
    told = [read(example.question, example.texts) for example in asked]
    for weight in (0.0, 0.25, 0.5, 0.75, 1.0, 1.5):
        best = [
            example.worth[int(np.argmax(np.array(example.fitness) + weight * np.array(scores)))] >= _ANSWERS
            for example, scores in zip(asked, told, strict=True)
        ]
        print(f"{weight:6.2f} {np.mean(best):8.3f} of {len(best)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what comes first on pages that were held out; keep the updates where that is asked."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True, help="where the reading list's pages are indexed")
    options.add_argument("--manuals", type=Path, required=True, help="where Debian's packages are unpacked")
    options.add_argument("--write", action="store_true", help="keep the updates")
    given = options.parse_args(arguments)
    asked: list[Example] = []
    for name, home in (("list", given.home), ("manuals", manuals_home(given.manuals))):
        searcher = Searcher(Settings(home=home, llm="none"))
        asked += examples(searcher, name)
        searcher.close()
    reader = fitted([one for one in asked if not _held_out(one)])
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / FILE
        kept(reader, made)
        _print_first([one for one in asked if _held_out(one)], partial(answering, reader=reader_of(made)))
        if given.write:
            shutil.copy(made, Path(app.answer.answering.__file__).with_name(FILE))


if __name__ == "__main__":
    main()
