"""The registry of copywriters (content.models): the gate, use, rollback, and whether files are still what they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import comb
from pathlib import Path
from typing import Any

from tasks.errors import CopywriterError, InputError, NotAModel
from tasks.warehouse import Connection, Warehouse, fetch_dicts, run_named

__all__ = [
    "ENDPOINT",
    "MOST_LEARNT_BY_HEART",
    "failed_bounds",
    "failed_figures",
    "find_model",
    "list_models",
    "put_in_use",
    "require_unchanged",
    "roll_back",
    "trial_caveat",
    "use_model",
]

MOST_LEARNT_BY_HEART = 0.05
"""Share of trial drafts that may hold a run learnt by heart."""
MOST_PRIVATE = 0.02
"""Share of trial drafts that the privacy check may refuse (a name that is also a word)."""

FEWEST_TRIAL_BRIEFS = 20
"""Over fewer briefs only a plain loss of approvals shows; whoever reads the verdict is told so."""
_BY_CHANCE = 0.025
"""How likely an equally good copywriter loses so many briefs and wins so few."""
ROLLBACK = "rollback"
ENDPOINT = "endpoint"
"""The state of a row that stands for an OpenAI-compatible endpoint: it has no files and is chosen by setting."""


def list_models(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Every registered copywriter, the newest first; corpus, settings and figures as dictionaries."""
    rows = warehouse.rows("models/all")
    for row in rows:
        for name in ("corpus", "settings", "figures"):
            row[name] = json.loads(row[name])
    return rows


def find_model(warehouse: Warehouse, beginning: str) -> dict[str, Any]:
    """The copywriter whose hash begins so; InputError where none or several do."""
    rows = list_models(warehouse)
    found = [row for row in rows if beginning and row["model_hash"].startswith(beginning.lower())]
    if len(found) == 1:
        return found[0]
    known = ", ".join(row["model_hash"][:12] for row in rows[:8]) or "none yet"
    what = f"{len(found)} copywriters begin with" if found else "there is no copywriter"
    raise InputError(f"{what} {beginning!r}; known: {known}.")


def require_unchanged(model: Mapping[str, Any]) -> None:
    """CopywriterError where the files of a registered copywriter are gone or not those that were registered."""
    from tasks.copywriter.folders import hash_folder

    folder, known = Path(model["folder"]), model["model_hash"]
    if model.get("state") == ENDPOINT:
        raise NotAModel(
            f"{known[:12]} is the endpoint {folder}, which has no files here; choose it with the setting "
            "copywriter_kind."
        )
    if not (folder / "config.json").is_file():
        raise NotAModel(
            f"the folder {folder} of copywriter {known[:12]} is gone; put it back, or train anew."
        )
    now = hash_folder(folder)
    if now != known:
        raise CopywriterError(
            f"the files in {folder} changed since copywriter {known[:12]} was registered (they are "
            f"{now[:12]} now); put its files back, or register them with `shelftalk models add`."
        )


def failed_bounds(figures: Mapping[str, Any]) -> list[str]:
    """Which bounds a copywriter breaks by itself, each as a clause; empty when none."""
    failed = []
    if figures.get("canaries_back"):
        failed.append(f"{figures['canaries_back']} planted sentences came back (none may)")
    drafts = 2 * (figures.get("count_trial_briefs") or 0)
    private = figures.get("privacy_refusals") or 0
    if drafts and private / drafts > MOST_PRIVATE:
        failed.append(f"the privacy check refused {private} of {drafts} drafts")
    by_heart = figures.get("learnt_by_heart")
    if by_heart is not None and by_heart > MOST_LEARNT_BY_HEART:
        failed.append(
            f"{by_heart:.1%} of its drafts were learnt by heart (at most {MOST_LEARNT_BY_HEART:.0%} may be)"
        )
    return failed


def failed_figures(figures: Mapping[str, Any]) -> list[str]:
    """Which figures keep a copywriter from taking the place of the one in use (``figures["in_use"]``).

    Perplexity a character must not be higher (tokenizers differ, so not a token). The approval rate must not be lower
    by more than chance explains: of the briefs that one of the two lost and the other won, an equally good copywriter
    would lose so large a part in less than 2.5% of trials (a sign test, exact for any number of briefs).
    """
    failed = failed_bounds(figures)
    old = figures.get("in_use")
    if not old or "problem" in old:
        return failed
    new, known = figures["perplexity_a_character"], old["perplexity_a_character"]
    if new > known:
        failed.append(
            f"its perplexity a character is {new:.4f}, that of the copywriter in use {known:.4f}"
        )
    if _has_lost(figures, old):
        failed.append(
            f"its approval rate is {figures['approval_rate']:.1%}, that of the copywriter in use "
            f"{old['approval_rate']:.1%}"
        )
    return failed


def trial_caveat(figures: Mapping[str, Any]) -> str | None:
    """What to mind of a trial that was too small to tell a little better from a little worse, as a clause."""
    count = figures.get("count_trial_briefs") or 0
    if count >= FEWEST_TRIAL_BRIEFS:
        return None
    if count == 0:
        return "no product was held out, so its drafts were not tried at all; load more copy"
    return (
        f"only {count} briefs could be tried ({FEWEST_TRIAL_BRIEFS} tell more), so its approval rate is a rough guess; "
        "copy of more products makes it firm"
    )


def _has_lost(figures: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether approvals fell by more than chance explains."""
    if old.get("approval_counts") is None:
        # Registered before the counts were kept, or tried on other briefs: the interval decides where it can.
        interval = old.get("approval_change")
        is_enough = (figures.get("count_trial_briefs") or 0) >= FEWEST_TRIAL_BRIEFS
        return is_enough and interval is not None and interval[1] < 0
    lost, won = old["approval_counts"]
    trials = lost + won
    return lost > won and sum(comb(trials, k) for k in range(won + 1)) / 2**trials < _BY_CHANCE


def use_model(warehouse: Warehouse, beginning: str, *, is_forced: bool = False) -> dict[str, Any]:
    """Puts a registered copywriter in use; its row.

    CopywriterError says which figure failed when it did not pass the gate, unless ``is_forced``; and when its files
    changed.
    """
    model = find_model(warehouse, beginning)
    require_unchanged(model)
    was_used = bool(model["used_at"]) or model["state"] == "in_use"
    failed = failed_figures(model["figures"])
    if failed and not was_used and not is_forced:
        raise CopywriterError(
            f"copywriter {model['model_hash'][:12]} did not pass: {'; '.join(failed)}. "
            "Take it all the same with --anyway."
        )
    with warehouse.transaction() as con:
        put_in_use(con, model["model_hash"], "forced by a person" if failed else "by a person")
    return find_model(warehouse, model["model_hash"])


def roll_back(warehouse: Warehouse) -> dict[str, Any]:
    """Puts the copywriter in use again that was in use before; its row. CopywriterError where there was none.

    Rolling back twice goes two steps back, not to and fro.
    """
    stack: list[str] = []
    for use in reversed(warehouse.rows("models/uses")):
        if use["reason"] == ROLLBACK and len(stack) > 1:
            stack.pop()
        if not stack or stack[-1] != use["model_hash"]:
            stack.append(use["model_hash"])
    if len(stack) < 2:
        raise CopywriterError(
            "there is no earlier copywriter to go back to; `shelftalk models list` shows them all."
        )
    before = find_model(warehouse, stack[-2])
    require_unchanged(before)
    with warehouse.transaction() as con:
        put_in_use(con, before["model_hash"], ROLLBACK)
    return find_model(warehouse, before["model_hash"])


def put_in_use(con: Connection, model_hash: str, reason: str) -> None:
    """Within a transaction: the copywriter is in use, the one before is retired, and it is kept that and when."""
    kept = fetch_dicts(run_named(con, "models/uses"))
    used = fetch_dicts(run_named(con, "corpus/model_in_use"))
    if used and not kept:
        # A warehouse from before uses were kept: the one in use is where a rollback goes.
        params = {"model_hash": used[0]["model_hash"], "used_at": _now(), "reason": "training"}
        run_named(con, "models/add_use", params)
    run_named(con, "corpus/retire_models")
    run_named(con, "models/set_state", {"model_hash": model_hash, "state": "in_use"})
    run_named(
        con, "models/add_use", {"model_hash": model_hash, "used_at": _now(), "reason": reason}
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
