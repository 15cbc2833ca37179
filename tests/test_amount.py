"""What sort of number a question asks for, and what tells one of it."""

from __future__ import annotations

import pytest

from app.answer.amount import stands_by, tells_amount
from app.answer.question import understand


@pytest.mark.parametrize(
    ("question", "amount", "told", "other"),
    [
        ("When was LoRA published?", "date", "It was published in 2021.", "It has 12 layers."),
        ("On what date does the clock end?", "date", "It ends on 19 January.", "It ends after 32 bits."),
        ("In which version was it added?", "version", "It came with 2.13.", "It came with seven others."),
        ("What percentage of weights is trained?", "share", "Only 0.01% are trained.", "We train 12 layers."),
        ("What share of jobs fails?", "share", "A third of them fails.", "The 12 jobs fail."),
        ("How much faster is LoRA than DoRA?", "ratio", "It is three times as fast.", "It has 12 heads."),
        ("How long does the training take?", "duration", "It takes two days.", "It takes 12 GPUs."),
        ("How much GPU memory does it take?", "memory", "It takes 8 GiB.", "It takes 12 layers."),
        ("How much memory does it take?", "memory", "It takes n ** 2 memory.", "It takes long."),
        ("How much does a pod cost per hour?", "money", "It costs $4.20 an hour.", "It has $16$ chips."),
        ("What is the time complexity of attention?", "complexity", "It is quadratic.", "There are 12 heads."),
        ("How many layers has it?", "number", "It has twelve layers.", "It has layers."),
        ("How long is the context?", "number", "It is 4096 tokens.", "It is long."),
    ],
)
def test_each_sort_of_number_is_told_apart(question: str, amount: str, told: str, other: str) -> None:
    asked = understand(question)
    assert (asked.kind, asked.amount) == ("number", amount)
    assert tells_amount(told, asked.amount)
    assert not tells_amount(other, asked.amount)


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        ("How many neighbours does it look at?", "By default, n_neighbors=20.", "It looks at a few points."),
        ("How many attention heads has it?", "It has 12 attention heads.", "It has attention heads in 12 layers."),
        ("What dropout rate is used?", "We apply a dropout of 0.1.", "We train for 90 epochs."),
        ("What is the default value of eps?", "eps defaults to 0.5.", "The 12 points are near."),
        ("How much more throughput does it reach?", "It reaches 30% higher throughput.", "It needs 12 disks."),
        ("How many users has it?", "It has one user.", "It is run from one user account."),
        ("How many pages has it?", "It has twelve pages.", "The homepages have several pages."),
        ("How much GPU memory does it need?", "It fits in 24 GB of memory.", "It was trained in 12 days."),
    ],
)
def test_a_number_stands_by_what_it_is_asked_of(question: str, told: str, other: str) -> None:
    names = understand(question).counted_names
    assert stands_by(told, names)
    assert not stands_by(other, names)


def test_a_verb_is_not_what_is_counted() -> None:
    assert understand("Of eight sub-networks, how many handle a token?").counted == ""
