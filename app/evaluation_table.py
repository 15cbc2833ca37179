"""What an evaluation measured, for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_out = Console(soft_wrap=True, highlight=False)


def print_evaluation(measured: dict[str, Any]) -> None:
    """Print the tables of app.measures.summary, and the misses with what came instead."""
    if measured["covered"]:
        _out.print(_found_table(measured))
    _print_abstention(measured["abstention"], measured["covered"])
    quotes, wrong = measured["citations"]["quotes"], measured["citations"]["wrong"]
    _out.print(f"\nCitations: {quotes - len(wrong)} of {quotes} quotes stand word for word at their place.")
    for name, word in (("search_ms", "Search"), ("ask_ms", "Answer")):
        times = measured["latency"][name]
        _out.print(f"{word}: {times['p50']} ms in the middle, {times['p95']} ms for 95 %, {times['p100']} ms at most.")
    if measured["misses"]:
        _out.print(f"\n[bold]{len(measured['misses'])} of {measured['questions']} questions missed something[/bold]")
    for miss in measured["misses"]:
        _out.print(escape(f"\nline {miss['line']}: {miss['q']}"))
        _out.print(escape(f"  {'; '.join(miss['wrong'])} (score {miss['score']:.2f})"))
        for rank, hit in enumerate(miss["came"], start=1):
            _out.print(escape(f"  {rank}. {hit['title']}  {hit['resource']}\n     {hit['text']}"))


def _found_table(measured: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("found")
    for column in ("questions", "first", "in 5", "in 10", "MRR", "nDCG"):
        table.add_column(column, justify="right")
    rows = {"": measured, **measured["groups"]}
    for kind, part in rows.items():
        for what in ("resource", "passage"):
            ranks = part[what]
            if ranks["questions"]:
                table.add_row(
                    f"{what} ({escape(kind)})" if kind else what,
                    str(ranks["questions"]),
                    *(f"{100 * ranks[f'recall@{k}']:.1f} %" for k in (1, 5, 10)),
                    f"{ranks['mrr']:.3f}",
                    f"{ranks['ndcg']:.3f}" if "ndcg" in ranks else "",
                )
    return table


def _print_abstention(refused: dict[str, Any], covered: int) -> None:
    if not refused["questions"]:
        return
    _out.print(
        f"\nRefused: {100 * refused['recall']:.1f} % of the {refused['questions']} that are not covered, "
        f"{100 * refused['covered_refused']:.1f} % of the {covered} that are (score below "
        f"{refused['threshold']:g}; precision {100 * refused['precision']:.1f} %, AUC {refused['auc']:.3f})"
    )
    for kind, share in refused["groups"].items():
        _out.print(escape(f"  {kind}: {100 * share:.1f} %"))
    table = Table(box=None, pad_edge=False)
    for column in ("score below", "not covered: refused", "covered: refused", "precision"):
        table.add_column(column, justify="right")
    above: tuple[str, ...] = ()
    for point in refused["curve"]:
        shares = tuple(f"{100 * point[name]:.1f} %" for name in ("recall", "covered_refused", "precision"))
        # A few questions move at a few thresholds only; between these nothing is to be told.
        if shares != above or point["threshold"] == refused["threshold"]:
            table.add_row(f"{point['threshold']:.2f}", *shares)
        above = shares
    _out.print(table)
