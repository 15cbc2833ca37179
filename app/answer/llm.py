"""The language model that the settings name (or that Ollama serves here), through LlamaIndex's clients."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from config.errors import ModelError, UsageError
from config.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.core.llms import LLM

# Words of an answer, at the four characters a token that English averages, with room for citations.
ANSWER_TOKENS = 600
# What runs on without end is cut here; a token has seldom more characters.
_MOST_CHARACTERS = ANSWER_TOKENS * 12
OLLAMA = "http://127.0.0.1:11434"
# To see whether Ollama runs here: it answers at once or not at all; then not asked again for so long.
_LOOK_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 30.0
_EMBEDDERS = ("embed", "bge", "minilm", "e5-")
# Silence times this is the most that one answer may take in all.
_TOTAL_FACTOR = 5
_looked: dict[str, tuple[float, str]] = {}


def provider(settings: Settings) -> str:
    """Return who answers: "" for nobody, else the client's name; "auto" is Ollama where it runs here."""
    if settings.llm in ("", "none"):
        return ""
    if settings.llm != "auto":
        return settings.llm
    return "ollama" if _ollama_model(settings.llm_url or OLLAMA, settings.llm_model) else ""


def language_model(settings: Settings) -> LLM:
    """Return the client. Raises UsageError for a provider that is not installed or lacks a setting."""
    key = settings.llm_key.get_secret_value()
    who = provider(settings)
    name = settings.llm_model
    timeout = settings.llm_timeout_seconds
    if who == "ollama":
        from llama_index.llms.ollama import Ollama
        from ollama import AsyncClient, Client

        url = settings.llm_url or OLLAMA
        # A proxy of the environment does not lead to this machine.
        proxied = not _is_local(url)
        return Ollama(
            model=name or _ollama_model(url, "") or _missing_model(),
            base_url=url,
            request_timeout=timeout,
            context_window=settings.llm_context_tokens,
            temperature=0.0,
            client=Client(host=url, timeout=timeout, trust_env=proxied),
            async_client=AsyncClient(host=url, timeout=timeout, trust_env=proxied),
            additional_kwargs={"num_predict": ANSWER_TOKENS},
        )
    if not name:
        _missing_model()
    if who == "anthropic":
        from llama_index.llms.anthropic import Anthropic

        return Anthropic(
            model=name,
            api_key=key,
            base_url=settings.llm_url or None,
            timeout=timeout,
            max_retries=0,
            max_tokens=ANSWER_TOKENS,
            temperature=0.0,
        )
    if who == "google":
        try:
            from llama_index.llms.google_genai import GoogleGenAI
        except ImportError as error:
            raise UsageError(
                "setting llm: google needs the extra 'google'; run \"pip install 'concordance[google]'\", or "
                "'pip install llama-index-llms-google-genai' beside it"
            ) from error
        google: LLM = GoogleGenAI(
            model=name,
            api_key=key,
            max_tokens=ANSWER_TOKENS,
            temperature=0.0,
            context_window=settings.llm_context_tokens,
            max_retries=1,
            **({"http_options": {"base_url": settings.llm_url}} if settings.llm_url else {}),
        )
        return google
    from llama_index.llms.openai_like import OpenAILike

    if not settings.llm_url:
        raise UsageError("the setting llm_url is empty; give the server's address, ending in /v1")
    return OpenAILike(
        model=name,
        api_base=settings.llm_url,
        api_key=key or "none",
        timeout=timeout,
        max_retries=0,
        is_chat_model=True,
        context_window=settings.llm_context_tokens,
        max_tokens=ANSWER_TOKENS,
        temperature=0.0,
    )


def written_by(model: LLM, messages: Sequence[ChatMessage], settings: Settings) -> Iterator[str]:
    """Yield what a model has written so far, as it comes.

    Raises ModelError, with a word about why and never with a key, when it cannot be reached, refuses,
    is silent too long, breaks off, or says nothing.
    """
    seconds = settings.llm_timeout_seconds
    deadline = time.monotonic() + _TOTAL_FACTOR * seconds
    written = ""
    last: Any = None
    try:
        for part in model.stream_chat(messages):
            last = part.raw if part.raw is not None else last
            if part.delta:
                written += part.delta
                yield written
            if len(written) > _MOST_CHARACTERS:
                raise ModelError("it did not come to an end")
            if time.monotonic() > deadline:
                raise ModelError(f"it took longer than {_TOTAL_FACTOR * seconds:.0f} s")
    except ModelError:
        raise
    except Exception as error:  # each client has its own errors; any of them means the same here
        raise ModelError(_reason(error, settings)) from error
    if not written.strip():
        raise ModelError("it returned nothing")
    if not _came_to_an_end(last):
        raise ModelError("it broke off in the middle")


def _came_to_an_end(last: Any) -> bool:
    """Whether the last message of a stream says that it is one; clients that do not tell are believed."""
    if last is None:
        return True
    choices = _of(last, "choices")
    if isinstance(choices, list):
        # Servers that report usage send it last, without a choice.
        return not choices or _of(choices[0], "finish_reason") is not None
    done = _of(last, "done")
    return done is None or bool(done)


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _reason(error: BaseException, settings: Settings) -> str:
    """Return why a call failed in words of ours: a server's own message may hold the key or anything else."""
    status = getattr(error, "status_code", None) or getattr(error, "code", None)
    where = urlsplit(settings.llm_url or "").netloc.rpartition("@")[2] or f"the {provider(settings)} server"
    if isinstance(status, int) and status > 0:
        words = {
            400: "did not accept the request; is the model's window smaller than llm_context_tokens?",
            401: "refused the key",
            403: "refused the key",
            404: f"has no model {settings.llm_model!r}",
            408: "took too long",
            413: "found the request too long; set llm_context_tokens lower",
            429: "is out of quota, or was asked too often",
        }
        word = words.get(status, "failed" if status >= 500 else "refused")
        return f"{where} {word} (HTTP {status})"
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__).lower()
    if "timeout" in kinds:
        return f"{where} was silent for {settings.llm_timeout_seconds:g} s"
    if "remoteprotocol" in kinds or "incompleteread" in kinds or "readerror" in kinds:
        return f"{where} broke off in the middle"
    if "connect" in kinds:
        return f"{where} cannot be reached"
    return f"{where} returned what is not an answer ({type(error).__name__})"


def _missing_model() -> str:
    raise UsageError("the setting llm_model is empty; name the model, for example CONCORDANCE_LLM_MODEL=llama3.2")


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _ollama_model(url: str, wanted: str) -> str:
    """Return the model that Ollama at an address serves: the one wanted, else its first that chats; "" for none."""
    known = _looked.get(f"{url} {wanted}")
    if known and time.monotonic() - known[0] < _LOOK_AGAIN_SECONDS:
        return known[1]
    # Imported here: most who ask have no Ollama, and are told so by the first refused connection.
    import http.client
    import json

    parts = urlsplit(url)
    found = ""
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 11434, timeout=_LOOK_SECONDS)
    with suppress(OSError, http.client.HTTPException, ValueError, AttributeError, TypeError):
        connection.request("GET", "/api/tags")
        listed = json.loads(connection.getresponse().read(1_000_000))["models"]
        names = [str(model["name"]) for model in listed]
        chatting = [name for name in names if not any(part in name.lower() for part in _EMBEDDERS)]
        found = next((name for name in names if wanted and name.split(":")[0] == wanted.split(":")[0]), "") or (
            "" if wanted else next(iter(chatting), "")
        )
    connection.close()
    _looked[f"{url} {wanted}"] = (time.monotonic(), found)
    return found
