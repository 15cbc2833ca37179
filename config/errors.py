"""Everything that can go wrong, in one tree.

    ConcordanceError
    ├── UsageError            the command, a setting or a file that they name is wrong (exit code 2)
    │   └── ReadingListError  the list cannot be read
    ├── ArchiveError          an archive file cannot be read or written
    ├── RefusedError          a rule of the guard forbids a fetch
    ├── FetchError            a fetch failed
    ├── ReadError             a snapshot cannot be turned into a document
    ├── ReaderError           no process that reads snapshots can be started
    ├── IndexError_           no generation serves
    │   ├── NoIndexError      none was ever built
    │   └── DamagedIndexError the one there fails its checks
    ├── BusyError             another build is at work in the home
    └── ModelError            a language or embedding model cannot be used

Each message says what happened, to which URL or file, and what to do.
"""


class ConcordanceError(Exception):
    """Base of all errors that are shown to people as one line, without a traceback."""


class UsageError(ConcordanceError):
    """The command line, a setting, or a file that they name is wrong."""


class ReadingListError(UsageError):
    """The reading list cannot be read."""


class ArchiveError(ConcordanceError):
    """An archive, or a file to be imported into it, cannot be read or written."""


class RefusedError(ConcordanceError):
    """A rule of the guard forbids this fetch; the message names the rule."""


class FetchError(ConcordanceError):
    """A fetch failed; the message is the reason that the report shows.

    ``transient``: it may succeed when tried again; ``dead``: the address leads nowhere any more;
    ``unreachable``: nothing answered at all, which may be our own network's fault.
    """

    def __init__(self, message: str, *, transient: bool = False, dead: bool = False, unreachable: bool = False) -> None:
        """Keep the reason and what follows from it."""
        super().__init__(message)
        self.transient, self.dead, self.unreachable = transient, dead, unreachable


class ReadError(ConcordanceError):
    """A snapshot cannot be turned into a document; the message is the reason that the report shows."""


class ReaderError(ConcordanceError):
    """No process that reads snapshots can be started on this machine, or from this program."""


class IndexError_(ConcordanceError):
    """No generation can serve."""


class NoIndexError(IndexError_):
    """No generation was built yet."""


class DamagedIndexError(IndexError_):
    """A generation fails its checks."""


class BusyError(ConcordanceError):
    """Another process is building in this home."""


class ModelError(ConcordanceError):
    """A language or embedding model cannot be used."""
