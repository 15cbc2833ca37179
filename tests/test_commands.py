"""The commands as a program would call them: shapes of the contract, exit codes, errors in one line."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from contract import HITS, AnswerShape, DocumentShape, FoundShape, StatusShape, line_of

from app import words
from app.building import PROGRESS_FILE
from app.cli import app
from app.look_up import look_up
from index.build import Built
from index.search import Searcher
from ingest.report import Outcome
from ingest.resource import Resource
from tests.command import concordance

VIDEO = "https://www.youtube.com/watch?v=concordDEMO"
ROOT = Path(__file__).parents[1]
_COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


def run(*arguments: str | Path, home: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return concordance(*arguments, "--home", home, given=given)


def output(*arguments: str | Path, home: Path) -> Any:
    done = run(*arguments, home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_search_has_the_shape_of_the_contract(demo_home: Path) -> None:
    hits = HITS.validate_python(output("search", "skip connection", "--json", "-k", "3", home=demo_home))
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].url.startswith("https://demo.concordance.example/convolution/u-net/#skip-connections:~:text=")


def test_search_says_why_fewer_come_than_were_asked_for(demo_home: Path) -> None:
    few = run("search", "skip connection", "-k", "50", home=demo_home)
    shown = len(re.findall(r"^\d+\. ", few.stdout, re.MULTILINE))
    assert 1 < shown < 50
    assert f"{shown} of at most 50: " in few.stderr
    assert not run("search", "skip connection", "-k", "2", home=demo_home).stderr


def test_the_home_may_be_named_before_the_command(demo_home: Path) -> None:
    done = concordance("--home", demo_home, "status", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == output("status", "--json", home=demo_home)


@pytest.mark.parametrize(("query", "parts"), [("skip connection", 6), ("What is a skip connection?", 7)])
def test_search_explains_each_score_in_words(demo_home: Path, query: str, parts: int) -> None:
    told = run("search", query, "--explain", "-k", "2", home=demo_home)
    assert told.returncode == 0, told.stderr
    sums = [line.partition("= ") for line in told.stdout.replace("\n   ", " ").splitlines() if " score " in line]
    assert len(sums) == 2
    for before, _, listed in sums:
        added = [float(number) for number in re.findall(r"(?:^|\+ )(\d\.\d{3}) ", listed)]
        assert len(added) == parts
        assert sum(added) == pytest.approx(float(before.split()[-1]), abs=0.01)


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_section_or_kind_is_taken_as_it_is_meant_and_an_unknown_one_refused(demo_home: Path, command: str) -> None:
    done = run(command, "What is attention?", "--section", "ATTENTION", "--kind", "Article", home=demo_home)
    assert done.returncode == 0, done.stderr
    assert "demo.concordance.example/attention/" in done.stdout
    for limit, named in (("--section", "Attention"), ("--kind", "video")):
        done = run(command, "What is attention?", limit, "atention" if limit == "--section" else "vido", home=demo_home)
        assert done.returncode == 2
        assert named in done.stderr


def test_ask_has_the_shape_of_the_contract(demo_home: Path) -> None:
    answer = AnswerShape(**output("ask", "What is a U-Net?", "--json", home=demo_home))
    numbers = {citation.n for citation in answer.citations}
    assert all(set(statement.citations) <= numbers for statement in answer.statements)
    silent = AnswerShape(**output("ask", "What is the capital of Mongolia?", "--json", home=demo_home))
    assert silent.abstained
    assert not silent.statements
    assert len(silent.nearest) == 3


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("What is the capital of Mongolia?", "The list does not cover this.", "a question counts as not covered"),
        ("What is LoRA?", "[1]", "The language model did not answer"),
    ],
)
def test_a_notice_stands_below_what_it_is_about(demo_home: Path, question: str, first: str, second: str) -> None:
    settings = {"LLM": "openai-like", "LLM_MODEL": "m", "LLM_URL": "http://127.0.0.1:9/v1"}
    environment = {**os.environ, **{f"CONCORDANCE_{name}": value for name, value in settings.items()}}
    command = [*_COMMAND, "ask", question, "--home", str(demo_home)]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300,
        check=True,
    )  # fmt: skip
    assert done.stdout.index(first) < done.stdout.index(second)


def test_find_does_not_say_how_deep_a_resource_goes_that_was_not_read(demo_home: Path) -> None:
    told = run("find", "consistency models", home=demo_home).stdout.splitlines()
    at = told.index("Named for it, but not read")
    assert "Consistency models" in told[at + 1]
    assert not any("Consistency models" in line for line in told[:at])


def test_find_show_and_status_have_the_shape_of_the_contract(demo_home: Path) -> None:
    found = FoundShape(**output("find", "guidance scale", "--json", home=demo_home))
    assert found.resources[0].passages
    shown = DocumentShape(**output("show", VIDEO, "--json", home=demo_home))
    assert all(block.locator.kind == "time" for block in shown.blocks)
    status = StatusShape(**output("status", "--json", home=demo_home))
    states = {row.resource: row.state for row in status.resources}
    assert states["https://demo.concordance.example/diffusion/consistency/"] == "missing"
    assert "unlinked" in states.values()
    assert 0 < sum(row.chunks for row in status.resources) <= status.chunks


def test_show_all_prints_a_line_a_document_in_the_shape_of_one(demo_home: Path) -> None:
    done = run("show", "--all", "--json", home=demo_home)
    documents = [DocumentShape(**json.loads(line)) for line in done.stdout.splitlines()]
    assert len(documents) == 14
    assert all(document.blocks for document in documents)
    refused = run("show", "--all", home=demo_home)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--json" in refused.stderr


@pytest.mark.parametrize(
    "spelling",
    [
        "http://demo.concordance.example/diffusion/lora",
        "HTTPS://WWW.demo.concordance.example/diffusion/lora/index.html?utm_source=mail#rank",
        "demo.concordance.example/diffusion/lora/",
        " https://demo.concordance.example/diffusion/lora/ ",
    ],
)
def test_show_takes_an_address_as_a_person_has_it(demo: Searcher, spelling: str) -> None:
    assert look_up(spelling, demo).resource == "https://demo.concordance.example/diffusion/lora/"
    for video in ("youtu.be/concordDEMO", "https://m.youtube.com/watch?t=9&v=concordDEMO"):
        assert look_up(video, demo).resource == VIDEO


def test_what_show_does_not_have_is_said_with_what_is_near(demo_home: Path) -> None:
    unknown = run("show", "diffusion", home=demo_home)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean https://demo.concordance.example/diffusion/ddpm/ or" in unknown.stderr
    unread = run("show", "https://demo.concordance.example/diffusion/consistency/", home=demo_home)
    assert unread.returncode == 2
    assert "was not read: not in the archive" in unread.stderr


@pytest.mark.parametrize("command", ["search", "ask", "find"])
def test_batch_answers_whatever_is_asked(demo_home: Path, command: str) -> None:
    questions = [
        "What is LoRA?",
        "???",
        "注意力 是什么",
        "a\u2028b \U0001f9e0 \ud800",
        "x" * 5000,
        "<b>&amp;",
    ]
    given = "".join(json.dumps({"q": question, "id": number}) + "\n" for number, question in enumerate(questions))
    done = run(command, "--json", "--batch", "-", home=demo_home, given="\ufeff" + given)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert [line["id"] for line in lines] == list(range(len(questions)))
    shape: Any = {"search": HITS, "ask": AnswerShape, "find": FoundShape}[command]
    results = [line_of(shape, line) for line in lines]
    assert results[0]
    assert all(set(line) == {"q", "id", "result"} for line in lines)


def test_batch_keeps_order_and_other_keys(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"q": "What is LoRA?", "id": 7}\n\n{"q": "What is a VQ-VAE?"}\n', encoding="utf-8")
    done = run("ask", "--json", "--batch", file, home=demo_home)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["q"] for line in lines] == ["What is LoRA?", "What is a VQ-VAE?"]
    assert lines[0]["id"] == 7
    assert lines[0]["result"]["citations"][0]["resource"].endswith("/diffusion/lora/")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("ask", "What?"), 1, "no index yet"),
        (("ask",), 1, "no index yet"),
        (("build", "--list", "/nowhere/list.md", "--offline"), 2, "cannot be read"),
        (("check", "--list", "/nowhere/list.md", "--offline"), 2, "cannot be read"),
        (("eval", "/nowhere/questions.jsonl"), 2, "/nowhere/questions.jsonl"),
        (("import", "/nowhere/page.html"), 1, "not taken"),
        (("nonsense",), 2, "No such command"),
        (("show",), 1, "no index yet"),
        (("build", "--nonsense"), 2, "No such option"),
        (("search", "x", "-k", "0"), 2, "Invalid value"),
        (("chat", "--port", "99999999", "--demo", "--no-browser"), 2, "a port is a number"),
    ],
)
def test_an_error_is_a_word_and_a_code(tmp_path: Path, arguments: tuple[str, ...], code: int, word: str) -> None:
    done = run(*arguments, home=tmp_path / "home") if arguments != ("nonsense",) else run("nonsense", home=tmp_path)
    assert done.returncode == code
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("ask", "What?"), ("show", "x"), ("status",)])
def test_while_the_first_index_is_built_it_is_said_how_far_it_is(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    state = {"pid": os.getpid(), "stage": "Reading", "done": 3, "total": 9, "detail": ""}
    (tmp_path / PROGRESS_FILE).write_text(json.dumps(state), encoding="utf-8")
    done = run(*arguments, home=tmp_path)
    assert done.returncode == 1
    assert "the first index is still being built (Reading, 3 of 9)" in done.stderr


def test_a_question_needs_no_quotation_marks(demo_home: Path) -> None:
    assert output("find", "skip", "connection", "--json", home=demo_home)["concept"] == "skip connection"


def test_a_bad_batch_names_its_line(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"q": "fine"}\n{"question": "not fine"}\n', encoding="utf-8")
    done = run("search", "--batch", file, home=demo_home)
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"q": 1}', '{"Q": "x"}', '"q"', "[" * 100_000, '{"q": ""}', '{"q": " \\t"}']
)
def test_a_broken_line_stops_a_batch_before_anything_is_printed(demo_home: Path, line: str) -> None:
    done = run("ask", "--batch", "-", home=demo_home, given=f'{{"q": "fine"}}\n\n{line}\n')
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 3" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("ask", ""), ("search", " "), ("find",), ("ask", "x", "--batch", "-"), ("ask", "--batch", "/none")]
)
def test_wrong_use_has_its_own_code(demo_home: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, home=demo_home, given="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("concordance: ")


@pytest.mark.parametrize("question", ["What is LoRA?", "What is the capital of Mongolia?"])
def test_an_unknown_language_model_is_named_before_all_that_it_lacks(
    demo_home: Path, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORDANCE_LLM", "abacus")
    done = run("ask", question, home=demo_home)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("concordance: setting 'llm': ")
    assert "'ollama'" in done.stderr


def test_whoever_closes_the_pipe_early_sees_no_traceback(demo_home: Path) -> None:
    command = [*_COMMAND, "show", "--all", "--json", "--home", str(demo_home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_words_for_people_name_the_place_of_each_source(demo_home: Path) -> None:
    done = run("ask", "What is a U-Net?", home=demo_home)
    assert "[1] The U-Net" in done.stdout
    assert "https://demo.concordance.example/convolution/u-net/#" in done.stdout
    assert "14" in run("status", home=demo_home).stdout


def test_a_build_of_thousands_counts_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    def outcome(number: int, reason: str) -> Outcome:
        return Outcome(Resource(f"https://a.example/{number}", "article", f"Page {number}"), "failed", reason)

    some = [outcome(n, f"404 at https://a.example/{n} after {n} redirects") for n in range(9000)]
    some += [outcome(n, "403; save it") for n in range(1000)]
    words.build_report(Built(Path("x"), tuple(some), 3, 2, {"gather": 1.0}))
    told = capsys.readouterr().err
    assert "9000 × 404 at https://a.example/0 after 0 redirects" in told
    assert "1000 × 403; save it" in told
    assert "… and 8998 more" in told
    assert len(told.splitlines()) < 30
    words.build_report(Built(Path("x"), tuple(some[:5]), 3, 2, {"gather": 1.0}))
    assert "Page 4" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["eval", "calibrate"])
def test_how_far_a_long_measurement_is_is_shown_beside_its_result(
    demo_home: Path, tmp_path: Path, command: str
) -> None:
    home = Path(shutil.copytree(demo_home, tmp_path / "home"))
    file = tmp_path / "questions.jsonl"
    gold = "https://demo.concordance.example/diffusion/lora/"
    rows = [{"q": "What is LoRA?", "gold": [gold]}, {"q": "What is the capital of Mongolia?", "gold": []}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run(command, file, "--json", home=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert re.search(r"^Asking .* 2/2 ", done.stderr, re.MULTILINE)


# --- what is said about the commands ------------------------------------------------------------------------------

_GROUP: Any = typer.main.get_command(app)


@pytest.mark.parametrize("name", list(_GROUP.commands))
def test_each_commands_help_has_an_example_that_is_right(name: str) -> None:
    command = _GROUP.commands[name]
    (example,) = re.findall(r"^ *Example: concordance (.+)$", command.help, re.MULTILINE)
    called, *arguments = shlex.split(example)
    assert called == name
    command.make_context(name, arguments)


def test_the_commands_of_the_readme_are_right() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line.partition("#")[0] for line in readme.splitlines() if line.startswith("python3 start.py ")]
    calls = [shlex.split(line)[2:] for line in lines]
    assert len(calls) > 5
    for name, *arguments in calls:
        if name != "test":
            _GROUP.commands[name].make_context(name, arguments)
    for path in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / path).exists(), path
