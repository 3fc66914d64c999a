"""A shop's own rules: added by a TOML file, refused with file and rule where wrong, bounded in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from plugins.contract import Limits
from tasks.checks.context import CheckContext
from tasks.checks.harm import built_in_rules, find_profanity, load_rules
from tasks.checks.judging import judge
from tasks.errors import RulesError

ANY = Limits(min_characters=1, max_characters=2000, min_sentences=1, max_sentences=50)


def rules_file(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_shop_adds_a_rule_without_python(tmp_path: Path) -> None:
    path = rules_file(
        tmp_path,
        '[[rule]]\nname = "no_cosy"\ncategory = "shop"\npattern = "cosy"\nreason = "not our voice"\n',
    )
    context = CheckContext(rules=built_in_rules() + load_rules(path))
    judgement = judge("A cosy evening.", [], context=context, limits=ANY)
    assert [v.rule for v in judgement.verdicts if v.check == "harm" and not v.is_passed] == [
        "no_cosy"
    ]
    assert judge("A calm evening.", [], context=context, limits=ANY).is_publishable


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('name = "a"\ncategory = "shop"\npattern = "("\nreason = "r"', "pattern"),
        ('name = "a"\ncategory = "shop"\npattern = "x"\nreason = "r"\ncolour = 1', "colour"),
        ('name = "a"\ncategory = "nonsense"\npattern = "x"\nreason = "r"', "nonsense"),
        ('name = "a"\npattern = "x"', "category"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file_and_name(
    tmp_path: Path, body: str, named: str
) -> None:
    path = rules_file(tmp_path, f"[[rule]]\n{body}\n")
    with pytest.raises(RulesError, match=named) as caught:
        load_rules(path)
    assert "rules.toml" in str(caught.value)
    assert "rule a" in str(caught.value)


def test_a_catastrophic_pattern_is_bounded_and_refuses(tmp_path: Path) -> None:
    path = rules_file(
        tmp_path,
        '[[rule]]\nname = "slow"\ncategory = "shop"\npattern = "(?:a|a|aa)+$"\nreason = "r"\n',
    )
    context = CheckContext(rules=load_rules(path))
    begun = time.perf_counter()
    judgement = judge("a" * 60 + "b.", [], context=context, limits=ANY)
    assert time.perf_counter() - begun < 5
    assert "slow" in {v.rule for v in judgement.verdicts if not v.is_passed}


@pytest.mark.parametrize(
    "text",
    [
        "sh1t happens",
        "f*cking",
        "f u c k this",
        "fuсk (Cyrillic)",
        "what an a$$hole",
        "FUCKING",
        "Scheiße",
    ],
)
def test_profanity_is_found_in_disguise(text: str) -> None:
    assert find_profanity(text)


def test_a_claim_that_needs_proof_passes_where_a_fact_states_it() -> None:
    from tests.test_check_judge import facts_of

    for text, facts in (
        ("A biodegradable sponge.", {"biodegradable": "true"}),
        ("A plastic-free box.", {"plastic_free": "true"}),
        ("Dermatologically tested.", {"dermatologically_tested": "yes"}),
    ):
        context = CheckContext.empty()
        assert judge(text, facts_of(facts), context=context, limits=ANY).is_publishable, text
        assert not judge(text, [], context=context, limits=ANY).is_publishable, text
