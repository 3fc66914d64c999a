"""Measures of texts do what their names say, by cases that can be counted by hand."""

from __future__ import annotations

import pytest

from tasks.copywriter.text_measures import LearntRuns, bootstrap, distinct_2, self_bleu

LONG = "every morning the old kettle hums a tune that nobody in this house has ever heard before"


def test_distinct_2_counts_pairs_of_words() -> None:
    assert distinct_2(["a b c", "a b d"]) == 3 / 4
    assert distinct_2(["<name> is here", "<name> is here"]) == 1 / 2
    assert distinct_2([]) == distinct_2(["word"]) == 0.0


def test_self_bleu_is_high_for_repeats_and_low_for_strangers() -> None:
    same = self_bleu([LONG] * 5)
    strangers = self_bleu(["red green blue teal pink", "one two three four five", LONG])
    near = self_bleu([f"{LONG} {word}" for word in ("today", "again", "soon")])
    assert same == pytest.approx(1.0)
    assert strangers < 0.1 < near < same
    assert self_bleu([LONG]) == 0.0


def test_only_rare_runs_within_a_sentence_are_by_heart() -> None:
    shared = "it is made for quiet evenings with a good book and a warm blanket at home"
    texts = [("p1", f"{LONG}. Short one."), *((f"p{n}", f"{shared}.") for n in range(2, 8))]
    runs = LearntRuns(texts)
    assert runs.longest(f"So {LONG}.") == len(LONG.split())
    assert runs.is_by_heart(f"So {LONG}.")
    assert runs.longest(f"And {shared}.") == len(shared.split())
    assert not runs.is_by_heart(f"And {shared}."), "many products share it: the shop's voice"
    assert not runs.is_by_heart(" ".join(LONG.split()[:11]) + ".")
    halves = LONG.split()
    assert runs.longest(f"{' '.join(halves[:7])}. {' '.join(halves[7:])}.") < 11
    assert runs.longest("Nothing of it is known.") == 0


def test_an_interval_holds_the_mean_and_narrows_with_more_cases() -> None:
    def width(count: int) -> float:
        values = [i % 2 for i in range(count)]
        low, high = bootstrap(count, lambda chosen: sum(values[i] for i in chosen) / len(chosen))
        assert low < 0.5 < high
        return high - low

    assert width(400) < width(40) / 2
    assert bootstrap(3, lambda _: 1.0) == (1.0, 1.0)
