"""What was found → how sure it is that the list covers the question: a logistic of three signs.

The signs (index/evidence.py) are shares and cosines, so that they mean the same in a list of three pages
and in one of ten thousand. The weights that ship were fitted over lists of several subjects;
``concordance calibrate`` fits them to one's own (app/calibrating.py), and keeps them in the home.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from config.command import command
from config.errors import UsageError

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a question being covered, each from 0 to 1.

    ``similar``: the best cosine of the question with a chunk or a sentence of one. ``told``: how near
    all of the question's words come, in their context, to words of one passage. ``brief`` speaks against:
    few words come near some passage by chance more easily than many (the root of one by their number).
    """

    similar: float
    told: float
    brief: float

    def values(self) -> tuple[float, ...]:
        """Return the signs in the order of the weights."""
        return (self.similar, self.told, self.brief)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the signs, in their order, and the bias; ``source`` says what they were fitted to."""

    weights: tuple[float, ...]
    bias: float
    source: str = "lists of several subjects"

    def confidence(self, evidence: Evidence) -> float:
        """Return the chance (0 to 1) that the list covers the question; one half is where to refuse."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, evidence.values(), strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


# Fitted to questions on machine learning, bookkeeping, picture editing and politics. On two lists that nobody developed
# on they refuse .09 and .14 of what is covered, and .83 and .88 of what is not.
SHIPPED = Calibration((8.2, 12.9, -10.3), -7.0)


def load_calibration(home: Path) -> Calibration:
    """Return what calibrate kept in a home, else what ships. Raises UsageError for a file that cannot be read."""
    file = home / FILE
    if not file.is_file():
        return SHIPPED
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        made = Calibration(tuple(map(float, value["weights"])), float(value["bias"]), str(value["source"]))
        if len(made.weights) != len(SHIPPED.weights) or not all(map(math.isfinite, (*made.weights, made.bias))):
            raise ValueError("its weights are not those of this version")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{file}: {error}; run '{command('calibrate')}' again or remove the file") from error
    return made


def save_calibration(home: Path, calibration: Calibration) -> Path:
    """Keep a calibration in a home, whole or not at all; return its file."""
    file = home / FILE
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(asdict(calibration), indent=1), encoding="utf-8")
    beside.replace(file)
    return file
