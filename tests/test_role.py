"""What a sentence does for its reader is told from how it is put, whatever it is about."""

from __future__ import annotations

import pytest

from app.answer.role import ROLES, roles


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("A kiln is an oven in which clay is hardened by heat.", "definition"),
        ("To glaze a pot, the potter dips it into the bath, turns it once, and lets the rest drip off.", "mechanism"),
        ("Glaze runs off the pot because the clay below it could no longer take up its water.", "reason"),
        ("Imagine a baker who writes down the weight of each loaf on a slip of paper.", "example"),
        ("The potter's wheel was first described by Ada Brandt in 1911, following the work of Holm.", "history"),
        ("I love how simple and elegant this glaze is!", "opinion"),
        ("In the next section we will look at how the glaze is mixed.", "talk"),
        ("Photo by Ola Berg on the harbour", "fragment"),
    ],
)
def test_a_sentence_does_what_readers_say_it_does(text: str, role: str) -> None:
    (told,) = roles([text])
    assert max(told, key=told.__getitem__) == role
    assert sum(told.values()) == pytest.approx(1.0)


def test_each_sentence_is_told_alone() -> None:
    texts = ["Clay shrinks by a tenth as it dries.", "Let us now turn to the glaze."]
    together, alone = roles(texts), [roles([text])[0] for text in texts]
    for role in ROLES:
        assert [told[role] for told in together] == pytest.approx([told[role] for told in alone], abs=1e-4)
    assert roles([]) == []
