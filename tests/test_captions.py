"""Captions: every usual form read, rolling ones said once, marks out, sentences whole, each with its second."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.captions import Cue, packed, parse_caption_json, parse_timed_text
from ingest.importing import import_paths
from ingest.resource import Resource
from ingest.sources.registry import SOURCES
from ingest.sources.speech import passages

VIDEO = Resource("https://www.youtube.com/watch?v=abcdefghijk", "video", "A video")


def said(*cues: tuple[str, float, float]) -> str:
    return " ".join(passage.text for passage in passages([Cue(*cue) for cue in cues]))


# --- forms ----------------------------------------------------------------------------------------------------------

SRT = """\ufeff1\r
00:00:00,500 --> 00:00:02,000\r
The first line\r
in two rows.\r
\r
7\r
01:02:03,004 --> 01:02:05,000\r
<i>An hour</i> {\\an8}later.\r
"""
VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE this is nobody's speech
nor is this

intro
00:01.000 --> 00:02.500 align:start position:0%
<v Ada>Spoken &amp;amp; written</v>

2
100:00:00.000 --> 100:00:01.000
<00:00:01.000><c.color> Late</c>

NOTE the end
"""


def test_subrip_and_webvtt_are_read() -> None:
    assert parse_timed_text(SRT) == [
        Cue("The first line\nin two rows.", 0.5, 1.5),
        Cue("An hour later.", 3723.004, 1.996),
    ]
    assert parse_timed_text(VTT) == [Cue("Spoken & written", 1.0, 1.5), Cue("Late", 360000.0, 1.0)]


@pytest.mark.parametrize(
    "text",
    [
        # No blank lines; two; numbers that are wrong; none; a number that is said.
        "1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n",
        "1\n00:00:01,000 --> 00:00:02,000\n\none\n\n\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n\n\n",
        "9\n00:00:01,000 --> 00:00:02,000\none\n\n9\n00:00:03,000 --> 00:00:04,000\ntwo\n",
        "00:00:01 --> 00:00:02\none\n\n00:00:03,0 -> 00:00:04,0\ntwo",
        "1\r00:00:01.000 --> 00:00:02.000 X1:0 X2:9\rone\r\r2\r00:00:03.000 --> 00:00:04.000\rtwo\r",
    ],
)
def test_files_that_are_not_quite_right_are_read_all_the_same(text: str) -> None:
    assert [(cue.text, cue.start) for cue in parse_timed_text(text)] == [("one", 1.0), ("two", 3.0)]


@pytest.mark.parametrize(
    "value",
    [
        [{"text": "one", "start": 1, "duration": 1.5}],
        {"snippets": [{"text": "one", "start": 1.0, "duration": 1.5}], "language": "en"},
        {"text": "one", "segments": [{"id": 0, "text": "one", "start": 1.0, "end": 2.5, "tokens": [1]}]},
        {"events": [{"tStartMs": 0, "id": 1}, {"tStartMs": 1000, "dDurationMs": 1500, "segs": [{"utf8": "o"},
         {"utf8": "ne", "tOffsetMs": 200}]}, {"tStartMs": 2400, "aAppend": 1, "segs": [{"utf8": "\n"}]}]},
    ],
    ids=["youtube-transcript-api", "its snippets", "whisper", "json3"],
)  # fmt: skip
def test_captions_in_json_are_read(value: object) -> None:
    assert parse_caption_json(json.dumps(value).encode()) == [Cue("one", 1.0, 1.5)]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"nothing", b"[1]", b'[{"text": 1, "start": 0}]', b'[{"text": "a"}]',
     b'[{"text": "a", "start": -1}]', b'[{"text": "a", "start": true}]', b'[{"text": "a", "start": NaN}]',
     b'{"events": [{"segs": 3}]}', b"[" * 100_000],
)  # fmt: skip
def test_json_that_is_no_captions_says_why(body: bytes) -> None:
    with pytest.raises(ReadError, match="not captions"):
        parse_caption_json(body)


def test_text_that_is_no_captions_says_so() -> None:
    with pytest.raises(ReadError, match="no captions"):
        parse_timed_text("WEBVTT\n\nNOTE nothing here\n")


# --- speech ---------------------------------------------------------------------------------------------------------


def rolling(lines: list[str]) -> str:
    """Return automatic captions as YouTube's WebVTT has them: each line twice, under the one before."""
    text, before = "WEBVTT\nKind: captions\nLanguage: en\n", " "
    for number, line in enumerate(lines):
        begins, ends = f"00:{2 * number // 60:02d}:{2 * number % 60:02d}", 2 * number + 2
        last = f"00:{ends // 60:02d}:{ends % 60:02d}"
        tagged = line.replace(" ", f"<{begins}.400><c> ", 1) + ("</c>" if " " in line else "")
        text += f"\n{begins}.000 --> {last}.000 align:start position:0%\n{before}\n{tagged}\n"
        text += f"\n{last}.000 --> {last}.010 align:start position:0%\n{line}\n \n"
        before = line
    return text


@given(st.lists(st.text(alphabet="abcdefg ", min_size=1, max_size=30).map(str.strip), min_size=6, max_size=40))
@settings(max_examples=50, deadline=None)
def test_rolling_captions_are_said_once(lines: list[str]) -> None:
    # A line that says what the one before ends with cannot be told from one that rolls.
    spoken = [f"{line} w{number}".strip() for number, line in enumerate(lines)]
    cues = parse_timed_text(rolling(spoken))
    assert " ".join(passage.text for passage in passages(cues)).split() == " ".join(spoken).split()


def test_rolling_captions_keep_the_second_of_each_line() -> None:
    found = passages(parse_timed_text(rolling([f"line number {n} of many that roll up" for n in range(20)])))
    for passage in found:
        number = int(passage.text.split()[2]) if passage.text.startswith("line number") else None
        assert number is not None and int(passage.second) == 2 * number


def test_a_phrase_that_is_said_twice_is_kept_twice() -> None:
    text = said(
        ("It is very very", 0, 2), ("very good, and", 2, 2), ("and so on it goes.", 4, 2), ("Again it goes.", 6, 2)
    )
    assert text == "It is very very very good, and and so on it goes. Again it goes."


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (">> Hello there. [Music] It begins.", "Hello there. It begins."),
        (">> JANE: Hello there.", "Hello there."),
        (">>> Grant Sanderson: Hello there.", "Hello there."),
        ("- Hello there.\n- And you.", "Hello there. And you."),
        ("JANE DOE: Hello there.", "Hello there."),
        ("SPEAKER_01: Hello there.", "Hello there."),
        ("(applause) Hello (gentle music playing) there. (Laughs)", "Hello there."),
        ("♪ la la la ♪ Hello there. ♪", "Hello there."),
        ("[ __ ] hello [Applause] there [INAUDIBLE 00:12]", "hello there"),
        ("&gt;&gt; Hello &amp;#39;there&amp;#39;.", "Hello 'there'."),
        ("The interval [0, 1] is closed (as we said).", "The interval [0, 1] is closed (as we said)."),
        ("Note: a CNN: is what it is - or not.", "Note: a CNN: is what it is - or not."),
    ],
)
def test_marks_are_out_and_what_is_said_stays(marked: str, plain: str) -> None:
    assert said((marked, 0, 5)) == plain


def test_sentences_are_put_together_each_passage_with_its_second() -> None:
    cues = [
        Cue("In the last chapter, you and I", 0.0, 2.0),
        Cue("started. Dr. Who came in", 2.0, 2.0),
        Cue("and asked about it at length, " * 6, 4.0, 12.0),
        Cue("then he left again. And that was it.", 20.0, 4.0),
    ]
    found = passages(cues)
    assert [passage.text.split(".")[0].split()[0] for passage in found] == ["In", "Dr", "And"]
    assert found[1].text.endswith("then he left again.")
    assert [int(passage.second) for passage in found] == [0, 2, 22]


def test_speech_without_punctuation_is_parted_where_it_rests_or_takes_up_a_thought() -> None:
    # Automatic captions stand until the next comes: a rest shows only by words that are too few for the time.
    words = "we take the gradient of the loss with respect to all of the weights in the whole network".split()
    cues = [Cue(" ".join(words[n : n + 3]), n * 0.4, 3.0) for n in range(0, 18, 3)]
    cues += [Cue("the learning rate is the next thing to look at", 15.0, 4.0)]
    found = passages(cues)
    assert [(passage.text.split()[0], int(passage.second)) for passage in found] == [("we", 0), ("the", 15)]
    long = [Cue("one two three four five six seven eight nine ten", 4.0 * n, 4.0) for n in range(6)]
    long[3] = Cue("so eleven twelve thirteen fourteen fifteen sixteen seventeen", 12.0, 4.0)
    assert [passage.text.split()[0] for passage in passages(long)] == ["one", "so"]


@given(
    st.lists(st.tuples(st.text(max_size=60), st.floats(0, 1e6), st.floats(0, 100)).map(lambda t: Cue(*t)), max_size=30)
)
@settings(max_examples=100, deadline=None)
def test_any_cues_give_passages_in_order_of_time(cues: list[Cue]) -> None:
    found = passages(cues)
    assert all(passage.text.strip() for passage in found)
    seconds = [passage.second for passage in found]
    assert all(second >= 0 for second in seconds)


# --- the way through the archive ------------------------------------------------------------------------------------


def test_an_imported_file_becomes_the_videos_document(tmp_path: Path) -> None:
    file = tmp_path / "A talk [abcdefghijk].en.srt"
    # A file of a Windows program: neither UTF-8 nor says so.
    file.write_bytes("1\r\n00:01:30,000 --> 00:01:33,000\r\nThe café — “closed”.\r\n".encode("cp1252"))
    with Archive.open(tmp_path / "archive") as archive:
        (result,) = import_paths([file], archive)
        assert (result.url, result.taken, result.reason) == (VIDEO.url, True, "new")
        snapshot = archive.get(VIDEO.url)
        assert snapshot is not None
        document = SOURCES["video"].read(snapshot, VIDEO)
    assert [(block.text, block.locator.value) for block in document.blocks] == [("The café — “closed”.", 90)]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html><title>Watch</title>", "holds no captions"),
        (packed([Cue("[Music]", 0, 1)]), "are empty"),
        (b"[", "not captions"),
    ],
)
def test_what_is_no_speech_says_why(body: bytes, word: str) -> None:
    with pytest.raises(ReadError, match=word):
        SOURCES["video"].read(
            Snapshot(VIDEO.url, 200, "text/html" if body[:1] == b"<" else "application/json", body, ""), VIDEO
        )
