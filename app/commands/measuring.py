"""The commands that measure answers by a person's questions, and set when to refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import present
from app.bars import bars
from app.commands.options import Home, Json, warn
from config.settings import load_settings


def eval_(
    file: Annotated[Path, typer.Argument(help='JSON lines: "q", "gold" (addresses; [] if not covered), "must".')],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Measure how your own questions are answered: what is found, refused and cited, and how fast.

    Example: concordance eval my-questions.jsonl
    """
    from app.evaluating import evaluate, unknown_gold
    from app.evaluation_table import print_evaluation
    from app.measures import summary
    from app.question_file import read_questions
    from index.search import Searcher

    settings = load_settings(home=home)
    questions = read_questions(file)
    searcher = Searcher(settings)
    warn([*searcher.warnings, *unknown_gold(questions, searcher)])
    with bars() as progress:
        judged = evaluate(questions, searcher, progress)
    measured = summary(judged, settings.abstain_below)
    if as_json:
        present.print_json(measured)
    else:
        print_evaluation(measured)


def calibrate(
    file: Annotated[
        Path | None,
        typer.Argument(help='Your questions, as for eval: "gold" is [] for what the list does not cover.'),
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Set when to say "the list does not cover this", by your own questions or by what the list itself says.

    Example: concordance calibrate my-questions.jsonl
    """
    from app.calibrating import calibrate_home
    from app.calibration_table import calibrated_json, print_calibrated

    settings = load_settings(home=home)
    with bars() as progress:
        made = calibrate_home(settings, file, progress)
    if as_json:
        present.print_json(calibrated_json(made))
    else:
        print_calibrated(made, settings)
