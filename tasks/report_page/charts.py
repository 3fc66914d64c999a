"""The report's charts: Altair specifications, drawn as inline SVG at build time, without a browser or network.

A chart is drawn twice, for a desk and for a phone, because an SVG that is only scaled down cannot be
read. Colours are marker values that become CSS variables, so that one drawing serves light and dark.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Chart", "audience_chart", "curve_charts", "outcomes_chart", "refusals_chart"]

STATES = ("approved", "reused", "fallback", "quarantined", "failed")
WIDTHS = {"desk": 540, "phone": 320}
"""Pixels of the whole drawing; page.css switches between the two."""

# Vega wants colours it can parse, so each variable of page.css has a marker colour here.
_MARKERS = {
    "ink": "#010101",
    "quiet": "#010102",
    "rule": "#010103",
    "accent": "#010104",
    **{state: f"#0102{number:02}" for number, state in enumerate(STATES, start=1)},
}
_MARKER = re.compile("|".join(_MARKERS.values()))
_VARIABLES = {marker: f"var(--{name})" for name, marker in _MARKERS.items()}
_FONT = "DejaVu Sans, sans-serif"
_LABEL_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart as two SVG drawings, with its words for those who cannot see it."""

    desk: str
    phone: str
    words: str


def outcomes_chart(accounting: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Share of each outcome per plugin, as stacked bars; None without briefs."""
    labels = _labels(line["plugin"] for line in accounting)
    rows = [
        {"plugin": label, "state": state, "order": order, "count": int(line[f"count_{state}"])}
        for label, line in zip(labels, accounting, strict=True)
        for order, state in enumerate(STATES)
    ]
    if not any(row["count"] for row in rows):
        return None

    def build(alt: Any, width: int) -> Any:
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height=18)
            .encode(
                y=alt.Y("plugin:N", title=None, sort=None),
                x=alt.X("count:Q", stack="normalize", title=None, axis=alt.Axis(format="%")),
                color=alt.Color(
                    "state:N",
                    scale=alt.Scale(domain=list(STATES), range=[_MARKERS[s] for s in STATES]),
                    legend=None,
                ),
                order="order:O",
            )
            .properties(width=width, height=alt.Step(34))
        )

    words = "; ".join(
        f"{line['plugin']}: "
        + ", ".join(f"{line[f'count_{s}']} {s}" for s in STATES if line[f"count_{s}"])
        for line in accounting
    )
    return _draw(build, f"Outcomes per plugin. {words}.")


def audience_chart(audience: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Customers per scenario that is ready, as bars; None without any."""
    ready = [line for line in audience if line["state"] == "ready"]
    labels = _labels(line["scenario"] for line in ready)
    rows = [
        {"scenario": label, "count": int(line["count_customers"] or 0)}
        for label, line in zip(labels, ready, strict=True)
    ]
    words = ", ".join(f"{row['scenario']} {row['count']:,}" for row in rows)
    return _bars(rows, "scenario", "accent", f"Customers per scenario: {words}.")


def refusals_chart(refusals: Sequence[Mapping[str, Any]], limit: int = 12) -> Chart | None:
    """Drafts touched per check and rule, the most frequent first, as bars; None without any."""
    shown = refusals[:limit]
    labels = _labels(f"{line['check_name']} · {line['rule']}" for line in shown)
    rows = [
        {"rule": label, "count": int(line["count_drafts"])}
        for label, line in zip(labels, shown, strict=True)
    ]
    words = ", ".join(f"{row['rule']} {row['count']:,}" for row in rows)
    return _bars(rows, "rule", "quarantined", f"Drafts touched per rule: {words}.")


def curve_charts(curve: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """Training loss and held-out perplexity by step, each measure that has two points or more."""
    measures = {"loss": "Loss (nats a token)", "perplexity": "Perplexity on held-out products"}
    charts = []
    for name, title in measures.items():
        rows = [
            {"step": float(point["step"]), "value": float(point[name])}
            for point in curve
            if _is_number(point.get("step")) and _is_number(point.get(name))
        ]
        if len(rows) > 1:
            # Perplexity falls by orders of magnitude in its first steps: a log scale keeps the rest legible.
            is_log = name == "perplexity" and min(row["value"] for row in rows) > 0
            charts.append(_line(rows, title, "log" if is_log else "linear"))
    return charts


def _line(rows: list[dict[str, float]], title: str, scale: str) -> Chart:
    def build(alt: Any, width: int) -> Any:
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_line(color=_MARKERS["accent"], strokeWidth=2, interpolate="monotone")
            .encode(
                x=alt.X("step:Q", title="step", axis=alt.Axis(grid=False, tickCount=4)),
                y=alt.Y(
                    "value:Q",
                    title=None,
                    axis=alt.Axis(tickCount=4),
                    scale=alt.Scale(type=scale, zero=scale == "linear", nice=True),
                ),
            )
            .properties(width=width, height=170, title=title)
        )

    words = f"{title}: from {rows[0]['value']:,.2f} to {rows[-1]['value']:,.2f}"
    return _draw(build, f"{words} in {len(rows)} measurements.")


def _bars(rows: list[dict[str, Any]], name: str, colour: str, words: str) -> Chart | None:
    if not any(row["count"] for row in rows):
        return None

    def build(alt: Any, width: int) -> Any:
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y(f"{name}:N", title=None, sort=None),
            x=alt.X("count:Q", title=None, axis=None),
        )
        bars = base.mark_bar(height=12, color=_MARKERS[colour])
        counts = base.mark_text(align="left", dx=5, color=_MARKERS["ink"], fontSize=12).encode(
            text=alt.Text("count:Q", format=",")
        )
        return (bars + counts).properties(width=width, height=alt.Step(28))

    return _draw(build, words)


def _draw(build: Callable[[Any, int], Any], words: str) -> Chart:
    import altair as alt

    drawings = {}
    for name, whole in WIDTHS.items():
        spec = build(alt, whole).to_dict()
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        spec["config"] = _config()
        drawings[name] = _svg(spec)
    return Chart(desk=drawings["desk"], phone=drawings["phone"], words=words)


def _svg(spec: dict[str, Any]) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(vl_spec=spec)
    svg = _MARKER.sub(lambda found: _VARIABLES[found[0]], svg)
    # Hidden from screen readers, which get the chart's words and the table beside it.
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _config() -> dict[str, Any]:
    return {
        "background": None,
        "aria": False,
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": _MARKERS["quiet"],
            "titleColor": _MARKERS["quiet"],
            "titleFontWeight": "normal",
            "gridColor": _MARKERS["rule"],
            "domain": False,
            "ticks": False,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelLimit": 190,
            "labelPadding": 8,
        },
        "axisX": {"labelFlush": True},
        "title": {
            "color": _MARKERS["ink"],
            "fontSize": 13,
            "fontWeight": "normal",
            "anchor": "start",
            "offset": 10,
        },
    }


def _labels(names: Iterable[object]) -> list[str]:
    """Names as axis labels: short where they stay distinct (equal labels would share one bar)."""
    whole = [str(name).replace("_", " ") for name in names]
    short = [w if len(w) <= _LABEL_CHARACTERS else w[: _LABEL_CHARACTERS - 1] + "…" for w in whole]
    return short if len(set(short)) == len(set(whole)) else whole


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
