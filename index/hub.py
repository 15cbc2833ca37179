"""Models by name: what was downloaded before, else what the Hugging Face hub has, without long waits for either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Model = TypeVar("Model")

# For the hub to say something, before a download that asks again and again for a minute.
_LOOK_SECONDS = 10.0


def load_model(name: str, load: Callable[[bool], Model]) -> Model:
    """Return what ``load`` makes of a model, told whether to use only what is on this machine.

    Raises what ``load`` raises, and OSError where the hub cannot be reached or has no such model.
    """
    try:
        # What was downloaded before needs no network, and does not wait for one.
        return load(True)
    except OSError:
        if not Path(name).exists():
            _look_for(name)
        return load(False)


def _look_for(name: str) -> None:
    from huggingface_hub import constants, model_info
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    try:
        model_info(name, timeout=_LOOK_SECONDS)
    except RepositoryNotFoundError as error:
        raise OSError(f"{constants.ENDPOINT} has no such model, or shows it only to some") from error
    except (HfHubHTTPError, ValueError, TypeError):
        # There is an answer, if an odd one: what is wrong, if anything is, the download itself tells best.
        return
    except Exception as error:  # the hub's client has changed its HTTP library, and with it these errors, before
        raise OSError(f"it is not on this machine, and {constants.ENDPOINT} cannot be reached: {error}") from error
