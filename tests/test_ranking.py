"""Ranking: of several drafts that pass, which is published, term by term; the measures behind the terms."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import pytest

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks.check_drafts import settle_briefs
from tasks.checks.consistency import Published
from tasks.checks.context import CheckContext, owner_of
from tasks.ranking.shelf import Shelf
from tasks.ranking.terms import WEIGHTS, Ranker, Ranking, Terms
from tasks.ranking.voices import ArchivedText, Voices
from tasks.records import Draft, Judgement

SCENARIO = Scenario(
    "lapsed", "Lapsed", "win_back", "any", "email", "warm", "en", ("descriptions",), 1
)
FACTS = {
    "name": "Harbour Mug", "brand": "Tidewell", "category": "mugs", "price": "£24.00",
    "material": "stoneware", "colour": "olive green", "capacity": "350 ml",
}  # fmt: skip
END = " A good companion for tea."
PLAIN = "The Harbour Mug is stoneware in olive green." + END
FULLER = "The Harbour Mug by Tidewell is stoneware in olive green and holds 350 ml." + END


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    found = {p.name: p for p in discover_plugins(entry_points=False).plugins}
    return found["descriptions"]


def brief_of(subject: str = "p1") -> Brief:
    facts = tuple(Fact(n, v, "shop.product_facts", n, subject) for n, v in FACTS.items())
    return Brief(f"b-{subject}", f"h-{subject}", "descriptions", SCENARIO, subject, facts)


def drafts_of(brief: Brief, *texts: str | tuple[str, float]) -> list[Draft]:
    pairs = [(text, -0.5) if isinstance(text, str) else text for text in texts]
    return [
        Draft(f"{brief.brief_id}-{n}", brief.brief_id, n, text, "model", likelihood, "m", n)
        for n, (text, likelihood) in enumerate(pairs)
    ]


def chosen(plugin: Plugin, context: CheckContext, *texts: str | tuple[str, float]) -> str | None:
    brief = brief_of()
    settled = settle_briefs(plugin, [(brief, "p", drafts_of(brief, *texts))], context)
    assert settled[0].state == "approved"
    return settled[0].text


def both_ways(plugin: Plugin, context: CheckContext, *texts: str | tuple[str, float]) -> str | None:
    """The choice, which must not hang on the order in which the drafts came."""
    first = chosen(plugin, replace(context), *texts)
    assert chosen(plugin, replace(context), *reversed(texts)) == first
    return first


def test_more_facts_stated_goes_first(plugin: Plugin) -> None:
    assert both_ways(plugin, CheckContext.empty(), PLAIN, FULLER) == FULLER


def test_what_the_copywriter_finds_likely_goes_first(plugin: Plugin) -> None:
    other = "In olive green, the Harbour Mug is stoneware." + END
    assert both_ways(plugin, CheckContext.empty(), (PLAIN, -0.2), (other, -1.4)) == PLAIN
    assert both_ways(plugin, CheckContext.empty(), (PLAIN, -1.4), (other, -0.2)) == other


def test_a_whole_draft_goes_before_one_that_lost_a_sentence(plugin: Plugin) -> None:
    torn = FULLER + " It is solid oak and holds nine litres."
    assert both_ways(plugin, CheckContext.empty(), torn, PLAIN) == PLAIN


def test_what_is_far_from_the_scenarios_texts_goes_first(plugin: Plugin) -> None:
    near, far = PLAIN, "Olive green suits the Harbour Mug, made of stoneware." + END
    live = {"descriptions": ((owner_of("lapsed", "p9"), "The Quay Mug is stoneware in slate."),)}
    assert both_ways(plugin, replace(CheckContext.empty(), live_texts=live), near, far) == far


def test_another_scenarios_texts_and_the_text_that_is_replaced_do_not_count() -> None:
    shelf = Shelf()
    shelf.add("gifts", "descriptions\x1fp1", PLAIN)
    shelf.add("lapsed", "descriptions\x1fp1", PLAIN)
    assert shelf.nearest("lapsed", "descriptions\x1fp1", PLAIN) == 0.0
    assert shelf.nearest("lapsed", "descriptions\x1fp2", PLAIN) == 1.0
    assert shelf.nearest("unheard_of", "descriptions\x1fp2", PLAIN) == 0.0


def test_likeness_by_words_is_the_share_of_words_in_the_same_order() -> None:
    shelf = Shelf()
    shelf.add("lapsed", "a", "one two three four")
    assert shelf.nearest("lapsed", "b", "One, two: five four!") == pytest.approx(0.75)
    assert shelf.nearest("lapsed", "b", "four three two one") == pytest.approx(0.25)
    assert shelf.nearest("lapsed", "b", "six seven") == 0.0
    assert shelf.nearest("lapsed", "b", "") == 0.0


def test_a_text_that_this_run_chose_counts_like_a_live_one() -> None:
    ranker = Ranker(Ranking(), {})
    brief, other = brief_of("p1"), brief_of("p2")
    draft = drafts_of(other, PLAIN)[0]
    judgement = Judgement(PLAIN, True, (), ())
    assert ranker.terms(other, draft, judgement, Published()).distance == 1.0
    ranker.published(brief, PLAIN)
    assert ranker.terms(other, draft, judgement, Published()).distance == 0.0


def test_a_worn_opening_steps_back(plugin: Plugin) -> None:
    live = tuple(
        (owner_of("elsewhere", f"q{n}"), f"The Harbour Mug {word} a kitchen well.")
        for n, word in enumerate(
            "suits fits likes serves graces meets joins aids helps lifts".split() * 3
        )
    )
    fresh = "Olive green suits the Harbour Mug, made of stoneware." + END
    context = replace(CheckContext.empty(), live_texts={"descriptions": live})
    assert both_ways(plugin, context, (PLAIN, -0.45), (fresh, -0.5)) == fresh


ARCHIVE = [
    ArchivedText("descriptions", "win_back", tone, f"{words} the mug, number {n}.")
    for tone, words in (("warm", "Come home to a kindly cup of"), ("lively", "Hey there, go grab"))
    for n in range(20)
]


def test_what_speaks_in_the_scenarios_tone_goes_first(plugin: Plugin) -> None:
    warm = "Come home to stoneware: the Harbour Mug is olive green." + END
    lively = "Hey there, go grab stoneware: the Harbour Mug is olive green." + END
    context = replace(CheckContext.empty(), ranking=Ranking(Voices(ARCHIVE)))
    assert both_ways(plugin, context, warm, lively) == warm


def test_an_archive_of_one_voice_tells_no_text_from_another() -> None:
    one = Voices(text for text in ARCHIVE if text.tone == "warm")
    for voices in (one, Voices(), Voices(ARCHIVE[:3] + ARCHIVE[-3:])):
        fits = {
            voices.fit(text, kind="descriptions", tone="warm", goal="win_back")
            for text in ("Hey there, go grab it.", "Come home to a cup.", "", "42")
        }
        assert fits == {1.0}
    assert Voices(ARCHIVE).fit("Go.", kind="descriptions", tone="gruff", goal="win_back") == 1.0


def test_every_term_and_the_score_are_shares(plugin: Plugin) -> None:
    assert sum(astuple(WEIGHTS)) == pytest.approx(1.0)
    brief = brief_of()
    ranker = Ranker(Ranking(Voices(ARCHIVE)), {"descriptions": [(owner_of("lapsed", "p4"), PLAIN)]})
    for text, likelihood in (("", None), (PLAIN, -40.0), (FULLER, 0.0), ("x" * 3000, 5.0)):
        draft = Draft("d", brief.brief_id, 0, text, "model", likelihood, "m", 1)
        terms = ranker.terms(brief, draft, Judgement(text, True, (), ()), Published())
        assert all(0.0 <= value <= 1.0 for value in (*astuple(terms), terms.score)), terms
    best = Terms(*(1.0 for _ in astuple(WEIGHTS)))
    assert best.score == pytest.approx(1.0)


def test_the_choice_does_not_depend_on_the_size_of_a_batch(plugin: Plugin) -> None:
    texts = [PLAIN, FULLER, "Olive green suits the Harbour Mug, made of stoneware." + END]
    written = [
        (brief, "p", drafts_of(brief, *texts[n % 2 :], *texts[: n % 2]))
        for n, brief in enumerate(brief_of(f"p{n}") for n in range(3))
    ]
    whole = settle_briefs(plugin, written, CheckContext.empty())
    context = CheckContext.empty()
    single = [settled for one in written for settled in settle_briefs(plugin, [one], context)]
    assert [s.text for s in whole] == [s.text for s in single]
    assert len({s.text for s in whole}) == 3


def test_the_archives_sample_is_read_a_language_apart(tmp_path: Path) -> None:
    from tasks.check_context import build_check_context
    from tasks.warehouse import Warehouse

    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.open() as con:
        con.execute(
            "insert into shop.copy (copy_id, kind, body, tone, goal, locale) "
            "select tone || n, 'descriptions', words || ' it, ' || n, tone, 'win_back', 'en-GB' "
            "from (values ('warm', 'Come home to'), ('gruff', 'Buy')) as voices (tone, words), range(15) as numbers (n)"
        )
        english = build_check_context(con, locale="en").ranking
        german = build_check_context(con, locale="de").ranking
    assert english is not None
    assert german is not None
    how = {"kind": "descriptions", "tone": "gruff", "goal": "win_back"}
    assert english.voices.fit("Buy it.", **how) > english.voices.fit("Come home to it.", **how)
    assert german.voices.fit("Come home to it.", **how) == 1.0
