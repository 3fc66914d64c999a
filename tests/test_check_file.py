"""Texts from elsewhere: each line gets a verdict, whatever the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.check_file import check_file, facts_of
from tasks.errors import InputError


def line(text: object, facts: object = None, **more: object) -> str:
    return json.dumps(
        {
            "id": "a",
            "plugin": "descriptions",
            "locale": "en",
            "facts": facts or {},
            "text": text,
            **more,
        }
    )


def test_every_line_gets_a_verdict_and_none_crashes(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    facts = {
        "name": "Mug",
        "capacity": "350 ml",
        "in_stock": True,
        "colours": ["red", "blue"],
        "weight_g": 300,
    }
    path.write_text(
        "\n".join(
            [
                line("The Mug holds 350 ml, comes in red or blue, and weighs 300 g.", facts),
                line("The Mug holds 450 ml.", facts),
                "not json",
                "[1, 2]",
                line(None),
                line("Hello there, friend.", facts=[1]),
                "[" * 3000,
                line("It is in stock now.", facts),
            ]
        ),
        encoding="utf-8",
    )
    found = list(check_file(path))
    assert [answer["verdict"] for answer in found] == ["pass"] + ["refuse"] * 6 + ["pass"]
    assert found[2]["reasons"][0]["why"].startswith("line 3")
    assert set(found[1]["reasons"][0]) == {"check", "claim", "why"}


def test_any_fallen_sentence_refuses_a_text_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(
        line("A calm mug for the morning. It is made of oak.", {"name": "Mug"}), encoding="utf-8"
    )
    answer = next(check_file(path))
    assert answer["verdict"] == "refuse"
    assert answer["reasons"][0]["claim"] == "oak"


def test_facts_of_any_shape_are_laid_flat() -> None:
    found = {
        f.name: f.value
        for f in facts_of({"a": True, "b": [1, "x"], "c": {"d": 2.0}, "e": None}, "k")
    }
    assert found == {"a": "true", "b": "1, x", "c_d": "2"}


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(check_file(tmp_path / "none.jsonl"))
