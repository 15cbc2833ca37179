"""A calibration → its curve as a table and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from app.calibrating import Calibrated
from config.settings import Settings
from index.confidence import FILE

_out = Console(soft_wrap=True, highlight=False)


def calibrated_json(made: Calibrated) -> dict[str, Any]:
    """Return a calibration and its curve."""
    return {
        "source": made.calibration.source,
        "weights": [round(weight, 3) for weight in made.calibration.weights],
        "bias": round(made.calibration.bias, 3),
        "covered": made.covered,
        "uncovered": made.uncovered,
        "auc": round(made.auc, 4),
        "curve": [
            {"threshold": p.threshold, "refused": round(p.refused, 4), "covered_refused": round(p.covered_refused, 4)}
            for p in made.curve
        ],
    }


def print_calibrated(made: Calibrated, settings: Settings) -> None:
    """Print the curve of a calibration, and where it is kept."""
    table = Table(title=f"Refused, by the least score that is answered ({made.calibration.source})")
    for name in ("score", "not covered", "covered"):
        table.add_column(name, justify="right")
    for point in made.curve:
        style = "bold" if point.threshold == 0.5 else ""
        refused, wrongly = f"{100 * point.refused:.0f} %", f"{100 * point.covered_refused:.0f} %"
        table.add_row(f"{point.threshold:.2f}", refused, wrongly, style=style)
    _out.print(table)
    _out.print(f"Kept in {settings.home / FILE}; remove the file to go back. Questions that score less than", end=" ")
    _out.print(f"abstain_below ({settings.abstain_below}) are refused.")
