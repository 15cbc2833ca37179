"""The language model that the settings name, through LlamaIndex's clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import UsageError
from config.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

# Words of an answer, at the four characters a token that English averages, with room for citations.
ANSWER_TOKENS = 600
_OLLAMA = "http://localhost:11434"


def language_model(settings: Settings) -> LLM:
    """Return the client. Raises UsageError for a provider that is not known or lacks a setting."""
    key = settings.llm_key.get_secret_value()
    if not settings.llm_model:
        raise UsageError("the setting llm_model is empty; name the model, for example CONCORDANCE_LLM_MODEL=llama3.2")
    if settings.llm == "ollama":
        from llama_index.llms.ollama import Ollama

        return Ollama(
            model=settings.llm_model,
            base_url=settings.llm_url or _OLLAMA,
            request_timeout=settings.llm_timeout_seconds,
            context_window=settings.llm_context_tokens,
        )
    if settings.llm == "anthropic":
        from llama_index.llms.anthropic import Anthropic

        return Anthropic(
            model=settings.llm_model,
            api_key=key,
            timeout=settings.llm_timeout_seconds,
            max_retries=1,
            max_tokens=ANSWER_TOKENS,
        )
    if settings.llm == "openai-like":
        from llama_index.llms.openai_like import OpenAILike

        if not settings.llm_url:
            raise UsageError("the setting llm_url is empty; give the server's address, ending in /v1")
        return OpenAILike(
            model=settings.llm_model,
            api_base=settings.llm_url,
            api_key=key or "none",
            timeout=settings.llm_timeout_seconds,
            max_retries=1,
            is_chat_model=True,
            context_window=settings.llm_context_tokens,
            max_tokens=ANSWER_TOKENS,
            temperature=0.0,
        )
    raise UsageError(f"setting llm: {settings.llm!r} is not one of openai-like, ollama, anthropic")
