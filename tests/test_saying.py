"""Questions of every form to pages that hold the answer in the form that is asked for: the answer opens with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.answer.ask import ask
from app.answer.cite import Numbering, statements
from app.answer.defining import definition_score, names_in, variants
from app.answer.model import Answer
from app.answer.question import understand
from app.answer.stretch import block_units
from app.answer.tables import row_asked
from app.building import run_build
from config.settings import Settings
from index.search import Searcher
from ingest.archive import Archive
from ingest.importing import import_paths

_BASE = "https://manual.example"
_AUTHORS = {"kiln": ("Per Holm",), "ferry": ("Ola Berg", "Ida Dahl")}
_PAGES = {
    "kiln": """
<h1>The Kiln handbook</h1>
<p>Kiln was begun in 2014 by Ada Brandt at the University of Lund. Many people have helped since.</p>
<h2>What Kiln is</h2>
<p>People often ask about Kiln, and about build servers in general. Kiln is a build server that keeps every product of a
build by the digest of what it was made from. A vault is the folder in which these products are kept.</p>
<p>Kiln listens on port 7411. Its log is written to the file kiln.log under the state directory. Every worker takes
at most 16 jobs, whatever the size of the machine.</p>
<h2>Installing</h2>
<p>Kiln needs a recent kernel. To install Kiln, run:</p>
<pre><code>curl -O kiln.tar
tar xf kiln.tar
./kiln/install --prefix /opt</code></pre>
<p>To remove a product from the vault, use</p>
<pre><code>kiln forget DIGEST</code></pre>
<h2>Strengths and weaknesses</h2>
<p>There is much to like about Kiln.</p>
<p>Its advantages include:</p>
<ul><li>Nothing is built twice.</li><li>Products can be shared between machines.</li></ul>
<p>But there are also disadvantages:</p>
<ul><li>The vault grows until it is pruned.</li><li>Clocks have to agree to the second.</li>
<li>Symbolic links are followed once only.</li></ul>
<h2>Why clocks have to agree</h2>
<p>Clocks have to agree between the server and its workers. This is because a lease on a job is counted from the moment
that the server wrote down, so that a worker whose clock is late gives up jobs that it still holds.</p>
<h2>Can several servers share one vault?</h2>
<p>Yes, as long as only one of them prunes it. Pruning takes a lock that other servers do not see.</p>
<h2>How a product is found</h2>
<p>The score of a product falls with its age. The formula of the score is:</p>
<p>$$s = \\frac{u}{1 + a}$$</p>
<p>Here the uses are counted for a month.</p>
<h2>How leases work</h2>
<p>Leases are my favourite part of Kiln, and you may ask how leases work. The next chapter has more on leases. A lease
works by a date: the worker that takes a job writes down until when it holds the lease, and the server gives the job to
another worker as soon as that time is over. Working with leases is a real pleasure!</p>
<h2>Queues</h2>
<p>Queues were defined in 2016 by Ada Brandt, and I think that a queue is a game changer! At its core, a queue is a list
of jobs that wait for the same kind of worker.</p>
<p>New in this release</p>
<ul><li>Queues encrypt their jobs with the key of the vault.</li><li>The page of the server has other colours.</li></ul>
""",
    "ferry": """
<h1>Ferry and Kiln</h1>
<p>Words: Ola Berg, pictures: Ida Dahl</p>
<p>Ferry is a build server that sends each job to the machine where its sources lie. It keeps no products at all,
and so it builds a thing again whenever it is asked for.</p>
<h2>Leaving Ferry</h2>
<p>Unlike Ferry, which builds everything again, Kiln keeps what it has built. Ferry is lighter to run, whereas Kiln
saves time where many people build the same.</p>
<h2>Sending jobs together</h2>
<p>A server may send each job alone. This is where convoys come in. As the name implies, they travel together, so that
one connection carries them all.</p>
<h2>Writing a hook</h2>
<p>Hooks are small programs. The following hook prints the name of every job:</p>
<pre><code>def on_job(job):
    print(job.name)</code></pre>
<p>Hooks run in the order of their names.</p>
<h2>Price banding</h2>
<p>In the previous section, we saw 12 jobs of which price banding had changed the order. Since price banding is now
everywhere, it's important to understand price banding. Price banding is the habit of sending dear jobs to machines
that stand idle at night.</p>
<h2>Drift anchors</h2>
<p>Drift Anchors for Large Distributed Ferries.</p>
<p>A sleeping job is held by a drift anchor, so that it does not move to another machine.</p>
<h2>Words of the trade</h2>
<p>Knots of ropes are a particularly striking example of a knot. A knot of ropes $k$ is a bundle of jobs that must land
on one machine.</p>
<p>Most jobs need little memory. However, hungry jobs ask for half of a machine.</p>
<p>A splice is taken in at noon. In other words, no splice outlives its day.
The authors of the Splice paper extend all this to ropes.</p>
<h2>Machines</h2>
<p>The hold of a machine K3e takes 16 tons, for instance. Each of the larger ones has more: 96 tons in a K3p hold.</p>
<h2>What the machines cost</h2>
<p>These are the prices of last year.</p>
<table><tr><th>Machine</th><th>Price an hour</th><th>Cores</th></tr>
<tr><td>K3e</td><td>$4.20</td><td>96</td></tr><tr><td>K3p</td><td>$17.50</td><td>512</td></tr></table>
<p>Nine engineers look after Ferry. Ferry's anchor file is the file that pins each job to a machine.</p>
""",
}


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Return the open index of the two pages above."""
    folder = tmp_path_factory.mktemp("manual")
    settings = Settings(home=folder / "home", llm="none")
    with Archive.open(settings.archive_folder) as archive:
        for name, body in _PAGES.items():
            page = folder / f"{name}.html"
            authors = "".join(f'<meta name="author" content="{author}">' for author in _AUTHORS[name])
            page.write_text(f"<html><head><title>{name}</title>{authors}</head><body><main>{body}</main></body></html>")
            list(import_paths([page], archive, f"{_BASE}/{name}"))
    listed = folder / "list.md"
    listed.write_text("# Builds\n\n" + "".join(f"- [{name}]({_BASE}/{name})\n" for name in _PAGES))
    run_build(settings, listed, offline=True, demo=False)
    searcher = Searcher(settings)
    yield searcher
    searcher.close()


def _texts(answer: Answer) -> list[str]:
    assert not answer.abstained, answer.notice
    return [statement.text for statement in answer.statements]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What is Kiln?", "Kiln is a build server that keeps every product"),
        ("What is a vault?", "A vault is the folder"),
        ("Which port does Kiln listen on?", "7411"),
        ("What is a queue?", "a queue is a list of jobs"),
        ("How do queues encrypt their jobs?", "with the key of the vault"),
        ("How many jobs does a worker take?", "at most 16 jobs"),
        ("Where is Kiln's log written?", "kiln.log under the state directory"),
        ("Who began Kiln?", "Ada Brandt"),
        ("In what year was Kiln begun?", "2014"),
        ("Why do clocks have to agree?", "because a lease on a job"),
        ("Can several servers share one vault?", "Yes, as long as only one"),
        ("What is price banding?", "Price banding is the habit of sending dear jobs"),
        ("What is Ferry's anchor file?", "anchor file is the file that pins each job"),
        ("What is a knot of ropes?", "is a bundle of jobs"),
        ("How much do hungry jobs ask for?", "Most jobs need little memory. However, hungry jobs ask for half"),
        ("How many tons does the hold of a machine K3p take?", "96 tons in a K3p hold"),
        ("How many developers look after Ferry?", "Nine engineers"),
        ("How do Kiln and Ferry differ?", "Ferry is lighter to run, whereas Kiln saves time"),
        ("How does the Kiln tool differ from Ferry?", "Ferry is lighter to run, whereas Kiln saves time"),
    ],
)
def test_the_first_statement_holds_the_fact(manual: Searcher, question: str, fact: str) -> None:
    assert fact in _texts(ask(question, manual))[0]


@pytest.mark.parametrize(
    ("question", "lead", "code"),
    [
        ("How do I install Kiln?", "To install Kiln, run:", "./kiln/install --prefix /opt"),
        ("How can I remove a product from the vault?", "To remove a product from the vault, use", "kiln forget DIGEST"),
    ],
)
def test_a_step_comes_with_the_words_that_introduce_it(manual: Searcher, question: str, lead: str, code: str) -> None:
    said = _texts(ask(question, manual))
    assert said[0].endswith(lead)
    assert code in said[1]


def test_a_glossary_defines_a_quality_by_what_has_it() -> None:
    entry = "Polysemantic feature - A feature that answers to several things that have nothing in common."
    names = ["polysemanticity", *variants("polysemanticity")]
    assert definition_score(entry, names) > definition_score("Polysemantic features are an important issue.", names)


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [("many U-Nets", "u net", 1), ("the VQ-VAE", "VAE", 0), ("a floral pattern", "LoRA", 0), ("(LoRA)", "lora", 1)],
)
def test_a_name_is_where_a_word_begins_with_it(text: str, name: str, named: float) -> None:
    assert names_in(text, [name]) == named


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does the temperature do when sampling?", False),
        ("What is the temperature of the kiln?", True),
        ("What does clay cost?", True),
    ],
)
def test_what_a_quantity_does_is_no_number(question: str, number: bool) -> None:
    assert (understand(question).kind == "number") == number


def test_code_that_is_asked_for_opens_the_answer_whole(manual: Searcher) -> None:
    answer = ask("Show me an example of a hook that prints the name of every job.", manual)
    assert answer.statements[0].block == "code"
    assert answer.statements[0].text == "def on_job(job):\n    print(job.name)"


def test_sentences_that_follow_one_another_are_one_statement_with_one_citation(manual: Searcher) -> None:
    hit = manual.search("On which port does Kiln listen?").hits[0]
    blocks = manual.document(hit.chunk.resource).blocks
    index = next(number for number, block in enumerate(blocks) if "7411" in block.text)
    listens, logs, takes = block_units(blocks, index)
    numbering = Numbering()
    both = statements([(hit, [listens]), (hit, [logs])], manual, numbering)
    assert [statement.text for statement in both] == [f"{listens.text} {logs.text}"]
    assert len(numbering.cited) == 1
    apart = statements([(hit, [listens]), (hit, [takes])], manual, Numbering())
    assert [statement.text for statement in apart] == [listens.text, takes.text]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("How do I send a job in Python?", True),
        ("Which command forgets a product?", True),
        ("Which parts does the Python API have?", False),
        ("What is NumPy?", False),
    ],
)
def test_code_is_shown_where_something_is_done_with_it(question: str, shown: bool) -> None:
    assert understand(question).shows_code == shown


def test_a_title_is_no_statement(manual: Searcher) -> None:
    said = _texts(ask("What are drift anchors for?", manual))
    assert "held by a drift anchor" in said[0]
    assert not any("Large Distributed" in text for text in said)


def test_code_that_is_not_asked_for_is_not_given(manual: Searcher) -> None:
    answer = ask("What are hooks, and what does a hook print?", manual)
    assert not answer.abstained
    assert {statement.block for statement in answer.statements} == {"paragraph"}
    assert not any(statement.text.endswith(":") for statement in answer.statements)


def test_a_formula_comes_with_the_words_that_introduce_it(manual: Searcher) -> None:
    said = _texts(ask("What is the formula of a product's score?", manual))
    assert any("\\frac{u}{1 + a}" in text for text in said[:2])


@pytest.mark.parametrize(
    ("question", "items", "other"),
    [
        ("What are the disadvantages of Kiln?", ("vault grows", "Clocks have to agree to", "Symbolic"), "built twice"),
        ("What are the advantages of Kiln?", ("built twice", "shared between machines"), "vault grows"),
        ("pros and cons of Kiln", ("built twice", "shared between machines", "vault grows", "Symbolic"), "kernel"),
    ],
)
def test_a_list_that_is_asked_for_is_given_item_by_item(
    manual: Searcher, question: str, items: tuple[str, ...], other: str
) -> None:
    said = _texts(ask(question, manual))
    assert [any(item in text for text in said) for item in items] == [True] * len(items)
    assert not any(other in text for text in said)


def test_an_item_that_says_how_comes_without_the_rest_of_its_list(manual: Searcher) -> None:
    assert not any("colours" in text for text in _texts(ask("How do queues encrypt their jobs?", manual)))


def test_what_is_beside_the_matter_neither_opens_an_answer_nor_goes_on_with_it(manual: Searcher) -> None:
    said = _texts(ask("How do leases work?", manual))
    assert said[0].startswith("A lease works by a date")
    assert not any(word in text for text in said for word in ("favourite", "chapter", "pleasure"))


def test_a_pronoun_comes_with_what_it_stands_for(manual: Searcher) -> None:
    said = " ".join(_texts(ask("Does one connection carry a convoy?", manual)))
    assert "they travel together" not in said or "convoys come in. As the name implies" in said


def test_a_comparison_with_what_no_passage_names_is_refused(manual: Searcher) -> None:
    assert ask("How does Kiln improve on Zephyr?", manual).abstained


def test_an_article_on_a_paper_is_not_the_paper(manual: Searcher) -> None:
    answer = ask("Who wrote the Ferry paper?", manual)
    assert answer.abstained
    assert "Berg" not in answer.notice


def test_who_wrote_a_source_is_answered_by_its_by_line(manual: Searcher) -> None:
    assert _texts(ask("Who wrote the Ferry article?", manual)) == ["Words: Ola Berg, pictures: Ida Dahl"]


def test_authors_that_no_sentence_names_are_told_as_the_page_gives_them(manual: Searcher) -> None:
    answer = ask("Who is the author of the Kiln article?", manual)
    assert answer.abstained
    assert answer.refusal == "no sentence of the list says this"
    assert answer.notice == "“kiln” gives as its authors: Per Holm."


def test_what_no_passage_counts_is_not_told_by_another_number(manual: Searcher) -> None:
    assert ask("How many vaults does Kiln have at the University of Lund?", manual).abstained


def test_the_number_of_something_else_is_not_told(manual: Searcher) -> None:
    assert "16 jobs" in ask("How many jobs does a worker of Kiln take?", manual).statements[0].text
    assert ask("How many jobs does a worker of Quern take?", manual).abstained


@pytest.mark.parametrize(
    "question",
    ["How much does a K3p cost per hour?", "What is the hourly price of a K3e?", "How many cores has a K3p?"],
)
def test_a_number_is_looked_up_in_a_table(manual: Searcher, question: str) -> None:
    answer = ask(question, manual)
    assert [statement.block for statement in answer.statements][:1] == ["table"]
    assert "| K3p | $17.50 | 512 |" in answer.statements[0].text


def test_a_table_that_tells_something_else_is_no_answer(manual: Searcher) -> None:
    assert ask("How much does a K3q cost per hour?", manual).abstained
    assert ask("How many engineers does a K3p need?", manual).abstained


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("| Kiln | Cone |\n| --- | --- |\n| Raku | 06 |\n| Salt | 10 |", "Kiln, Cone: Salt, 10"),
        ("| Clay | 3 kg |\n| Salt | 2 kg |", "Clay, 3 kg: Salt, 2 kg"),
        ("| Clay | Size |\n| --- | --- |\n| Salt | \\|x\\| = 2 |", "Clay, Size: Salt, |x| = 2"),
        ("| Kiln | Cone |\n| --- | --- |\n| Raku | 06 |", ""),
        ("| --- |", ""),
    ],
)
def test_the_row_that_is_asked_for_is_read_with_the_head(table: str, row: str) -> None:
    assert row_asked(table, understand("How hot is a salt firing?")) == row


def test_a_sentence_that_says_again_comes_with_what_it_says(manual: Searcher) -> None:
    said = _texts(ask("Can a splice outlive its day?", manual))
    assert said[0] == "A splice is taken in at noon. In other words, no splice outlives its day."


@pytest.mark.parametrize(
    "question",
    [
        "What is the job limit of Ferry?",
        "When was price banding introduced?",
        "How much faster is Ferry than Kiln?",
        "What is the default port that Kiln listens on?",
        "Who introduced convoys of jobs?",
        "How long does it take to remove a product from the vault?",
        "Who wrote the Splice paper?",
    ],
)
def test_what_is_not_of_the_sort_that_is_asked_for_is_no_answer(manual: Searcher, question: str) -> None:
    answer = ask(question, manual)
    assert answer.abstained
    assert "no sentence of theirs answers it" in answer.notice


def test_a_follow_up_is_not_answered_by_what_was_said(manual: Searcher) -> None:
    before = ask("What is Kiln?", manual)
    after = ask("Why?", manual, history=[before])
    assert after.understood == "Why is Kiln used?"
    assert _texts(after)[0] not in _texts(before)


def test_the_same_question_has_the_same_answer_again(manual: Searcher) -> None:
    before = ask("What is Kiln?", manual)
    assert _texts(ask("Please explain that again", manual, history=[before])) == _texts(before)


def test_what_stands_in_no_passage_is_not_defined(manual: Searcher) -> None:
    assert ask("What is a zeppelin?", manual).abstained


def test_where_nothing_fits_the_score_is_not_blamed(manual: Searcher) -> None:
    answer = ask("Show me an example of a hook that prints the name of every job.", manual, most_words=1)
    assert answer.abstained
    assert "below" not in answer.notice


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is the role of the glaze in pottery?", "glaze in pottery"),
        ("What is the main purpose of the kiln?", "kiln"),
        ("What is the use of a slip?", "slip"),
        ("What is a slip for?", "slip"),
        ("What are saggars good for?", "saggars"),
    ],
)
def test_what_a_thing_is_for_is_no_part_of_its_name(question: str, subject: str) -> None:
    asked = understand(question)
    assert (asked.subject, asked.kind != "definition") == (subject, True)


def test_what_is_compared_may_be_named_before() -> None:
    assert understand("What is raku, and how does it differ from stoneware?").sides == ("raku", "stoneware")
    assert understand("How does it differ from stoneware?").sides == ("it", "stoneware")


@pytest.mark.parametrize(
    ("defines", "praises"),
    [
        ("Raku was a way of firing in the open.", "Raku was a game-changer because it made firing easy."),
        ("Raku is a way of firing in the open.", "Raku was a development after stoneware."),
        ("What comes out of the open fire is called raku.", "And the reason these are called raku is the brand."),
    ],
)
def test_praise_and_the_reason_for_a_name_are_no_definitions(defines: str, praises: str) -> None:
    assert definition_score(defines, ["raku"]) >= 0.7
    assert definition_score(praises, ["raku"]) <= 0.3


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("In a wood kiln, roughly how many logs burn in an hour?", "number"),
        ("Up to how many pots fit on a shelf?", "number"),
        ("My glaze crawls off the pot; how do I stop it?", "how"),
        ("slip and clay - which one shrinks more?", "several"),
        ("the handles crack as they dry, why?", "why"),
        ("Why is raku different from stoneware?", "why"),
        ("What are the three main stages of drying?", "several"),
        ("What is the best way of centring clay?", "how"),
        ("What is the effect of a slow fire?", "fact"),
        ("In pottery, what's the trick for thin walls?", "fact"),
        ("What is the pinch trick in pottery?", "definition"),
        ("In pottery, what is a slip?", "definition"),
        ("A pot cracks as it dries: what is going wrong there?", "fact"),
        ("What is the clay that is left over from throwing called?", "fact"),
        ("What do you lose by firing twice?", "fact"),
        ("Raku vs stoneware: what changes?", "compare"),
        ("Drawbacks of a wood kiln for a small studio", "several"),
        ("advantages of slips", "several"),
        ("What are the advantages of gas over wood?", "several"),
        ("In which year was the table of glazes published?", "number"),
        ("What does a kiln shelf weigh in kilobytes?", "number"),
        ("What is the default cone of a kiln?", "fact"),
        ("What is the hottest part of a kiln?", "fact"),
        ("What is the nearest neighbour of a pixel?", "definition"),
        ("What is the potter taught to watch in a firing?", "fact"),
        ("What is the latest part of a firing?", "definition"),
    ],
)
def test_a_question_is_known_by_the_clause_that_asks(question: str, kind: str) -> None:
    assert understand(question).kind == kind


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What does TTF stand for in the firing schedule?", "TTF"),
        ("What does SSK stand for and who coined it?", "SSK"),
        ("In raku, what is a saggar?", "saggar"),
        ("What is wrong with just drying pots in the sun?", "drying pots in the sun"),
    ],
)
def test_what_is_asked_of_a_thing_is_no_part_of_its_name(question: str, subject: str) -> None:
    assert understand(question).subject == subject


@pytest.mark.parametrize(
    ("question", "subject"),
    [("whats the formula for heat loss?", "heat loss"), ("What are the drawbacks of raku?", "raku")],
)
def test_how_it_is_asked_is_no_part_of_what_a_question_is_about(question: str, subject: str) -> None:
    assert understand(question).subject == subject


def test_which_is_better_is_no_part_of_what_is_compared() -> None:
    assert understand("raku vs stoneware, which is better?").sides == ("raku", "stoneware")
    assert understand("Which kiln is better?").subject == "kiln is better"


def test_what_is_asked_of_two_things_is_no_part_of_the_second() -> None:
    assert understand("raku vs stoneware: how do they compare?").sides == ("raku", "stoneware")
