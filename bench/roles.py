"""What readers say that sentences do → the regression of app/answer/role.py.

python -m bench.roles --home HOME [--write]

bench/questions/roles.tsv holds the letters that readers gave to sentences of the reading list's pages, which are known
by the hash of their text (the sentences are not ours to keep); HOME is where these pages are indexed. Printed is for
each role the area under the curve on pages that the regression was not fitted to; ``--write`` fits it to all of them
and keeps it beside app/answer/role.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

import app.answer.role
from app.answer.role import FILE, LAYERS, ROLES
from app.answer.stretch import block_units
from bench.sentences import name_of
from config.settings import Settings
from index.embed import layer_means
from index.generation import serving
from index.store import Store

LABELLED = Path(__file__).parent / "questions" / "roles.tsv"
_LETTERS = dict(zip("dmrsehotf", ROLES, strict=True))
# How freely the regression follows its examples; half as much or twice tells as well.
_FREEDOM = 0.1


def labelled(store: Store) -> tuple[list[str], list[str], list[str]]:
    """Return the sentences that are found again, the role of each, and the page that it is on."""
    lines = (line.split("\t") for line in LABELLED.read_text(encoding="utf-8").splitlines())
    letters = dict(lines)
    texts, roles, pages = [], [], []
    for document in store.documents():
        for index in range(len(document.blocks)):
            for unit in block_units(document.blocks, index):
                letter = letters.pop(name_of(unit.text), None)
                if letter is not None:
                    texts.append(unit.text)
                    roles.append(_LETTERS[letter])
                    pages.append(document.url)
    return texts, roles, pages


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the areas, and keep the regression where that is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True, help="where the reading list's pages are indexed")
    options.add_argument("--write", action="store_true", help="keep the regression that is fitted to all")
    given = options.parse_args(arguments)
    folder, _, _ = serving(Settings(home=given.home).generations_folder)
    store = Store(folder)
    texts, roles, pages = labelled(store)
    store.close()
    means, had = layer_means(texts, LAYERS), np.array(roles)
    regression = LogisticRegression(C=_FREEDOM, max_iter=3000)
    told = cross_val_predict(regression, means, had, groups=pages, cv=GroupKFold(5), method="predict_proba")
    print(f"{len(texts)} sentences of {len(set(pages))} pages")
    for column, role in enumerate(sorted(ROLES)):
        print(f"{role:12}{(had == role).sum():6}{roc_auc_score(had == role, told[:, column]):8.3f}")
    if given.write:
        fitted = regression.fit(means, had)
        order = [list(fitted.classes_).index(role) for role in ROLES]
        np.savez(
            Path(app.answer.role.__file__).with_name(FILE),
            weights=fitted.coef_[order].T.astype(np.float32),
            bias=fitted.intercept_[order].astype(np.float32),
        )


if __name__ == "__main__":
    main()
