"""Whether an answer says the fact that search found, and the weights of app/answer/fitness.py fitted to it.

python -m bench.sentences --home HOME [--manuals FOLDER] [--excerpts FOLDER] [--half B] [--fit] [--json]

bench/questions/sentences.jsonl holds questions of every form ("must" is the fact) over the pages of the reading
list, indexed in HOME, and over those of Debian's packages that bench/questions/manuals.txt names (``apt download``
each, ``dpkg -x`` all of them into FOLDER; they are indexed in FOLDER/manuals at the first run). The halves A and B
share no page (where several answer, the first decides). bench/questions/graded.jsonl holds for more questions, to the
list and to the pages of guides.txt (of Debian's packages, too), how well each of the best candidates would open the
answer, as readers graded them (0 to 3), and what answers best ("answers"; nothing does where that is empty); the
sentences are known by the hash of their text. ``--graded`` prints what comes first of these. ``--fit`` prints the
weights that make what holds the facts and was graded well likeliest (and what holds those of every second question of a
collection in the layout of Chroma's chunking evaluation, ``--excerpts``), each held to what it is by a spring: what no
question speaks for stays.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answer.candidates import Candidate, candidates
from app.answer.cite import Numbering
from app.answer.extractive import extract
from app.answer.fitness import WEIGHTS, fitness
from app.answer.gather import gather
from app.answer.question import understand
from app.answer.stretch import read_on
from app.building import run_build
from bench.beir import read_lines
from bench.chunking import read_corpora
from bench.published import default_home, searcher_of
from config.settings import Settings
from index.search import Searcher
from ingest.archive import Archive
from ingest.importing import import_paths

QUESTIONS = Path(__file__).parent / "questions" / "sentences.jsonl"
GRADED = Path(__file__).parent / "questions" / "graded.jsonl"
_PASSAGES = 12
_WORDS = 150
_SPRING = 0.5
_STEPS = 400
# What bench/answering.py fits to most of these questions tells too well of them: its weight is chosen there.
_HELD = ("answers",)

Judged = list[tuple[Candidate, float]]
"""The candidates of a question, each with how well it would open the answer (0 to 1)."""
Examples = list[tuple[list[dict[str, float]], list[float]]]
"""For each question the parts of its candidates, and how well each would open the answer (0 to 1)."""
# What the grades 0 to 3 of graded.jsonl are worth.
_WORTH = (0.0, 0.05, 0.45, 1.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the file."""

    q: str
    gold: list[str]
    must: re.Pattern[str]
    form: str
    half: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A question whose sentences readers graded: ``worth`` (0 to 1) by the name of the sentence.

    ``page`` is where the answer is (of some, only the question is known); ``covered`` says whether there is one.
    """

    q: str
    page: str
    worth: dict[str, float]
    covered: bool


def debian_home(folder: Path, name: str) -> Path:
    """Return the home in which the pages of "manuals" or of "guides" are indexed, after indexing them if they are not.

    ``folder`` is where Debian's packages are unpacked.
    """
    settings = Settings(home=folder / name, llm="none")
    if settings.generations_folder.is_dir():
        return settings.home
    lines = [f"# {name.capitalize()}", ""]
    with Archive.open(settings.archive_folder) as archive:
        for line in (GRADED.parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            path, url = line.split()
            list(import_paths([folder / path], archive, url))
            lines.append(f"- [{Path(path).stem}]({url})")
    listed = folder / f"{name}.md"
    listed.write_text("\n".join(lines), encoding="utf-8")
    run_build(settings, listed, offline=True, demo=False)
    return settings.home


def asked_of(name: str, halves: str) -> list[Asked]:
    """Return the questions to a set of pages ("list", "manuals") of these halves."""
    return [
        Asked(row["q"], row["gold"], re.compile(row["must"], re.I | re.S), row["form"], row["half"])
        for row in read_lines(QUESTIONS)
        if row["pages"] == name and row["half"] in halves
    ]


def measure(rows: Sequence[Asked], searcher: Searcher, tables: dict[str, Counter[str]]) -> None:
    """Add to the table of each form, and to that of all, what became of the questions."""
    for row in rows:
        gathered = gather(row.q, _PASSAGES, None, searcher)
        numbering = Numbering()
        said = extract(row.q, gathered, searcher, _WORDS, numbering)
        sources = {citation.n: citation.resource for citation in numbering.cited.values()}
        holds = [says(row.must, statement.text) for statement in said]
        # What leads to a list or to code is one with it.
        lead = bool(said) and (said[0].text.rstrip().endswith(":") or (len(said) > 1 and said[1].block == "code"))
        became = {
            "questions": 1,
            "found": any(says(row.must, hit.chunk.text) for hit in gathered.found.hits),
            "answer": any(holds),
            "first statement": any(holds[:1]),
            "first stretch": any(holds[: 8 if lead else 1]),
            "statements": len(said),
            "right": sum(sources[statement.citations[0]] in row.gold for statement in said),
            "words": sum(len(statement.text.split()) for statement in said),
        }
        for table in (tables["all"], tables[row.form]):
            table.update({name: int(value) for name, value in became.items()})


def judged(rows: Sequence[Asked], searcher: Searcher, most: int | None = None) -> Iterator[tuple[Asked, Judged]]:
    """Yield each question with its ``most`` best candidates: worth 1 what holds the fact, else 0."""
    for row in rows:
        read = candidates_of(row.q, searcher)[:most]
        yield row, [(one, float(one.hit.resource.url in row.gold and says(row.must, read_with(one)))) for one in read]


def graded_of(name: str, halves: str) -> list[Graded]:
    """Return the graded questions to a set of pages ("list", "guides") of these halves."""
    return [
        Graded(
            row["q"],
            row.get("page", row["q"]),
            {sentence: _WORTH[grade] for sentence, grade in row["grades"].items()}
            | dict.fromkeys(row.get("answers", ()), _WORTH[-1]),
            row.get("answers") != [],
        )
        for row in read_lines(GRADED)
        if row.get("pages", "list") == name and row["half"] in halves
    ]


def graded(rows: Sequence[Graded], searcher: Searcher, most: int | None = None) -> Iterator[tuple[Graded, Judged]]:
    """Yield each question with those of its ``most`` best candidates that readers graded, and what these are worth."""
    for row in rows:
        known = [(one, row.worth.get(name_of(one.unit.text))) for one in candidates_of(row.q, searcher)[:most]]
        yield row, [(one, worth) for one, worth in known if worth is not None]


def graded_examples(name: str, searcher: Searcher, halves: str) -> Examples:
    """Return what a fit learns from the graded candidates of questions, as far as these are found again."""
    rows = [row for row in graded_of(name, halves) if row.covered]
    return [_example(known) for _, known in graded(rows, searcher) if known]


def graded_line(learnt: Examples) -> str:
    """Return what share of the candidates that come first answers at least in part ("fair"), and well."""
    if not learnt:
        return "no graded candidate is found in this home: index the reading list's pages there"
    first = [worth[max(range(len(parts)), key=lambda i: fitness(parts[i]))] for parts, worth in learnt]
    fair = sum(worth >= _WORTH[2] for worth in first) / len(first)
    well = sum(worth >= _WORTH[3] for worth in first) / len(first)
    possible = sum(max(worth) >= _WORTH[2] for _, worth in learnt) / len(learnt)
    return f"{len(first)} graded: first fair {fair:.3f} (of {possible:.3f} that could be), well {well:.3f}"


def name_of(text: str) -> str:
    """Return the name by which a sentence is known whose text is not ours to keep."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def examples(rows: Sequence[Asked], searcher: Searcher) -> Examples:
    """Return what a fit learns from the questions."""
    return [_example(known) for _, known in judged(rows, searcher) if _answered(known)]


def excerpt_examples(folder: Path) -> Examples:
    """Return what a fit learns from a collection whose answering excerpts are known, of every second question."""
    texts, starts = read_corpora(folder)
    searcher = searcher_of(texts, default_home(folder))
    found: Examples = []
    for line in list(read_lines(folder / "questions.jsonl"))[::2]:
        wanted = [(one["corpus"], one["start"], one["end"]) for one in line["excerpts"]]

        def holds(one: Candidate, wanted: list[tuple[str, int, int]] = wanted) -> bool:
            block, start, end = one.unit.span
            first = starts[one.hit.resource.url][block]
            return any(
                corpus == one.hit.resource.url
                and 2 * (min(first + end, b) - max(first + start, a)) >= min(end - start, b - a)
                for corpus, a, b in wanted
            )

        known = [(one, float(holds(one))) for one in candidates_of(line["question"], searcher)]
        if _answered(known):
            found.append(_example(known))
    return found


def fit(learnt: Examples) -> dict[str, float]:
    """Return the weights under which the candidates that hold the facts are likeliest to be chosen.

    A softmax over the candidates of each question, by gradient descent (ListNet's top-one loss, Cao et al. 2007).
    """
    names = sorted({*WEIGHTS, *(name for rows, _ in learnt for parts in rows for name in parts)})
    held = np.array([WEIGHTS.get(name, 0.0) for name in names])
    data = [
        (np.array([[parts.get(name, 0.0) for name in names] for parts in rows]), np.array(holds, dtype=float))
        for rows, holds in learnt
    ]
    weights = held.copy()
    rate, before = 0.05, float("inf")
    for _ in range(_STEPS):
        loss, gradient = _SPRING * float((weights - held) @ (weights - held)), 2 * _SPRING * (weights - held)
        for parts, holds in data:
            chance = _softmax(parts @ weights)
            right = chance * holds
            loss -= float(np.log(right.sum() + 1e-12))
            gradient -= parts.T @ (right / max(right.sum(), 1e-12) - chance)
        gradient[[name in _HELD for name in names]] = 0.0
        rate = rate * 1.05 if loss < before else rate / 2
        before = loss
        weights -= rate * gradient / max(1.0, float(np.linalg.norm(gradient)))
    return {name: round(float(weight), 1) for name, weight in zip(names, weights, strict=True)}


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    result: npt.NDArray[np.float64] = raised / raised.sum()
    return result


def _answered(known: Judged) -> bool:
    return any(worth for _, worth in known)


def _example(known: Judged) -> tuple[list[dict[str, float]], list[float]]:
    return [dict(one.parts) for one, _ in known], [worth for _, worth in known]


def candidates_of(question: str, searcher: Searcher) -> list[Candidate]:
    """Return what could open the answer to a question, best first."""
    return candidates(understand(question), gather(question, _PASSAGES, None, searcher).found, searcher)


def read_with(one: Candidate) -> str:
    """Return what is read with a candidate: the list or the code that it leads to."""
    read = read_on(one.document, one.begun, len(one.begun), _WORDS, (), True, True)
    return " ".join(unit.text for unit in (*read, one.unit))


def says(must: re.Pattern[str], text: str) -> bool:
    """Whether a text holds a fact, however its lines are broken."""
    return bool(must.search(text) or must.search(" ".join(text.split())))


def _lines(tables: dict[str, Counter[str]]) -> Iterator[str]:
    yield f"{'':12}{'questions':>10}{'found':>8}{'answer':>8}{'stretch':>9}{'first':>8}{'right':>8}{'words':>8}"
    for form in sorted(tables):
        row = tables[form]
        count = max(1, row["questions"])
        shares = (row["found"], row["answer"], row["first stretch"], row["first statement"])
        cells = "".join(f"{share / count:{8 + (at == 2)}.2f}" for at, share in enumerate(shares))
        right = row["right"] / max(1, row["statements"])
        yield f"{form:12}{row['questions']:10}{cells}{right:8.2f}{row['words'] / count:8.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or the fitted weights."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True, help="where the reading list's pages are indexed")
    options.add_argument("--manuals", type=Path, help="where Debian's packages are unpacked")
    options.add_argument("--excerpts", type=Path, help="a collection in the layout of Chroma's evaluation")
    options.add_argument("--half", choices=("A", "B", "AB"), default="AB")
    options.add_argument("--graded", action="store_true", help="how good the candidates are that come first")
    options.add_argument("--fit", action="store_true")
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    if given.graded:
        searcher = Searcher(Settings(home=given.home, llm="none"))
        print(graded_line(graded_examples("list", searcher, given.half)))
        searcher.close()
        return
    homes = {"list": given.home}
    if given.manuals:
        # Of the guides, only grades are known, and these are only fitted to.
        homes |= {
            name: debian_home(given.manuals, name) for name in (("manuals", "guides") if given.fit else ("manuals",))
        }
    tables: dict[str, Counter[str]] = defaultdict(Counter)
    learnt: Examples = excerpt_examples(given.excerpts) if given.fit and given.excerpts else []
    for name, home in homes.items():
        searcher = Searcher(Settings(home=home, llm="none"))
        if given.fit:
            learnt += examples(asked_of(name, given.half), searcher)
            learnt += graded_examples(name, searcher, given.half)
        else:
            measure(asked_of(name, given.half), searcher, tables)
        searcher.close()
    if given.fit:
        print(json.dumps(fit(learnt), indent=4))
    elif given.json:
        print(json.dumps(tables, indent=1))
    else:
        print("\n".join(_lines(tables)))


if __name__ == "__main__":
    main()
