"""The same questions in Polars: ``python in_polars.py FOLDER``, which holds the shop's tables as Parquet.

Prints JSON: question -> seconds and rows, and the peak of memory. It runs in an environment of its own (see
requirements.txt) and so imports nothing of the project. Each answer is written, as DuckDB writes its tables; the
streaming engine is used wherever Polars has it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl

FOLDER = Path(sys.argv[1])
ANSWERS = FOLDER / "answers"
LATE = pl.duration(minutes=30)


def table(name: str) -> pl.LazyFrame:
    """A table of the shop."""
    return pl.scan_parquet(FOLDER / f"{name}.parquet")


def answer(name: str) -> pl.LazyFrame:
    """What an earlier question gave."""
    return pl.scan_parquet(ANSWERS / f"{name}.parquet")


def purchases() -> pl.LazyFrame:
    """Paid lines of known customers."""
    paid = table("orders").filter((pl.col("state") == "paid") & pl.col("customer_id").is_not_null())
    sold = table("order_lines").filter((pl.col("quantity") > 0) & (pl.col("unit_price") >= 0))
    return paid.join(sold, on="order_id").with_columns(
        amount=pl.col("quantity") * pl.col("unit_price")
    )


def shop_clock() -> pl.LazyFrame:
    """The latest order or event."""
    return pl.concat(
        [
            table("orders").select(as_of=pl.col("ordered_at").max()),
            table("events").select(as_of=pl.col("occurred_at").max()),
        ]
    ).max()


def sessions() -> pl.LazyFrame:
    """Events of a customer with less than 30 minutes between them."""
    return (
        table("events")
        .filter(pl.col("customer_id").is_not_null())
        .select("customer_id", "event_type", "product_id", "occurred_at")
        .sort("customer_id", "occurred_at")
        .with_columns(
            is_late=(
                (pl.col("customer_id") == pl.col("customer_id").shift())
                & (pl.col("occurred_at") - pl.col("occurred_at").shift() > LATE)
            ).fill_null(False),
            is_first=(pl.col("customer_id") != pl.col("customer_id").shift()).fill_null(True),
        )
        .with_columns(session=(pl.col("is_late") | pl.col("is_first")).cum_sum())
        .group_by("customer_id", "session")
        .agg(
            started_at=pl.col("occurred_at").min(),
            ended_at=pl.col("occurred_at").max(),
            count_events=pl.len(),
            count_products=pl.col("product_id").drop_nulls().n_unique(),
            count_carts=(pl.col("event_type") == "cart").sum(),
            is_purchase=(pl.col("event_type") == "purchase").any(),
        )
        .with_columns(
            session_number=pl.col("session") - pl.col("session").min().over("customer_id")
        )
        .drop("session")
    )


def product_views() -> pl.LazyFrame:
    """What each customer looked at."""
    return (
        table("events")
        .filter(
            pl.col("customer_id").is_not_null()
            & pl.col("product_id").is_not_null()
            & pl.col("event_type").is_in(["view", "cart"])
        )
        .group_by("customer_id", "product_id")
        .agg(
            count_views=(pl.col("event_type") == "view").sum(),
            count_carts=(pl.col("event_type") == "cart").sum(),
            last_seen_at=pl.col("occurred_at").max(),
        )
    )


def customer_spend() -> pl.LazyFrame:
    """Orders and amounts a customer."""
    return (
        purchases()
        .group_by("customer_id")
        .agg(
            count_orders=pl.col("order_id").n_unique(),
            count_products=pl.col("product_id").n_unique(),
            amount_spent=pl.col("amount").sum(),
            first_ordered_at=pl.col("ordered_at").min(),
            last_ordered_at=pl.col("ordered_at").max(),
        )
    )


def customer_rfm() -> pl.LazyFrame:
    """Recency, frequency, amount."""
    rank = pl.col("amount_spent").rank("min") - 1
    return (
        answer("customer_spend")
        .join(answer("shop_clock"), how="cross")
        .with_columns(
            days_since_order=pl.col("as_of").dt.date() - pl.col("last_ordered_at").dt.date(),
            monetary_rank=rank / (pl.len() - 1),
        )
        .with_columns(pl.col("days_since_order").dt.total_days())
    )


def discount_share() -> pl.LazyFrame:
    """Share of lines at a discount."""
    cheap = pl.col("unit_price") < pl.col("list_price")
    return (
        purchases()
        .filter(pl.col("list_price") > 0)
        .group_by("customer_id")
        .agg(count_lines=pl.len(), count_discounted=cheap.sum(), discount_share=cheap.mean())
    )


def gift_buyers() -> pl.LazyFrame:
    """Who bought in an earlier gift season."""
    month, day = pl.col("ordered_at").dt.month(), pl.col("ordered_at").dt.day()
    in_season = ((month == 11) & (day >= 10)) | ((month == 12) & (day <= 24))
    return (
        purchases()
        .group_by("customer_id", "order_id")
        .agg(
            ordered_at=pl.col("ordered_at").first(), count_products=pl.col("product_id").n_unique()
        )
        .join(answer("shop_clock"), how="cross")
        .with_columns(
            is_gift=in_season & (pl.col("ordered_at") < pl.col("as_of") - timedelta(days=60))
        )
        .group_by("customer_id")
        .agg(
            count_gift_orders=pl.col("is_gift").sum(),
            count_orders=pl.len(),
            gift_share=pl.col("is_gift").mean(),
            count_gift_products=pl.col("count_products").filter("is_gift").sum(),
            last_gift_at=pl.col("ordered_at").filter("is_gift").max(),
        )
        .filter(pl.col("count_gift_orders") > 0)
    )


def product_sales() -> pl.LazyFrame:
    """Customers and orders a product."""
    return (
        purchases()
        .group_by("product_id")
        .agg(
            count_customers=pl.col("customer_id").n_unique(),
            count_orders=pl.col("order_id").n_unique(),
            discount_share=(pl.col("unit_price") < pl.col("list_price")).mean(),
            gift_share=pl.col("ordered_at").dt.month().is_in([11, 12]).mean(),
        )
    )


def co_purchase() -> pl.LazyFrame:
    """Products bought together by three customers or more."""
    baskets = purchases().select("order_id", "customer_id", "product_id").unique()
    sizes = baskets.group_by("order_id").len().filter(pl.col("len").is_between(2, 30))
    small = baskets.join(sizes, on="order_id", how="semi")
    alone = baskets.group_by("product_id").agg(count_alone=pl.len())
    return (
        small.join(small.select("order_id", companion_id="product_id"), on="order_id")
        .filter(pl.col("product_id") != pl.col("companion_id"))
        .group_by("product_id", "companion_id")
        .agg(count_orders=pl.len(), count_customers=pl.col("customer_id").n_unique())
        .filter(pl.col("count_customers") >= 3)
        .join(baskets.select(total=pl.col("order_id").n_unique()), how="cross")
        .join(alone, on="product_id")
        .join(alone.rename({"product_id": "companion_id"}), on="companion_id", suffix="_other")
        .with_columns(
            lift=pl.col("count_orders")
            * pl.col("total")
            / (pl.col("count_alone") * pl.col("count_alone_other")),
            rank=pl.struct(-pl.col("count_orders").cast(pl.Int64), "companion_id")
            .rank("ordinal")
            .over("product_id"),
        )
    )


def category_affinity() -> pl.LazyFrame:
    """How much of what a customer buys and views lies in a category."""
    touched = pl.concat(
        [
            purchases().select(
                "customer_id", "product_id", count_lines=pl.lit(1), count_views=pl.lit(0)
            ),
            answer("product_views").select(
                "customer_id",
                "product_id",
                count_lines=pl.lit(0),
                count_views=(pl.col("count_views") + pl.col("count_carts")).cast(pl.Int32),
            ),
        ]
    )
    weight = 5 * pl.col("count_lines") + pl.col("count_views")
    return (
        touched.join(table("products").select("product_id", "category"), on="product_id")
        .group_by("customer_id", "category")
        .agg(pl.col("count_lines").sum(), pl.col("count_views").sum())
        .with_columns(
            share_bought=pl.col("count_lines") / pl.col("count_lines").sum().over("customer_id"),
            affinity=weight / weight.sum().over("customer_id"),
        )
        .with_columns(
            rank=pl.struct(-pl.col("affinity"), "category").rank("ordinal").over("customer_id")
        )
    )


def product_offers() -> pl.LazyFrame:
    """What may be spoken about."""
    by_category = pl.col("count_customers").rank("min").over("category") - 1
    by_price = pl.col("price").rank("min").over("category") - 1
    others = pl.len().over("category") - 1
    return (
        table("products")
        .filter(pl.col("is_available") & (pl.col("price") > 0))
        .sort("product_id")
        .unique(["name", "brand", "category"], keep="first")
        .join(answer("product_sales"), on="product_id", how="left")
        .with_columns(
            pl.col("count_customers").fill_null(0),
            pl.col("discount_share").fill_null(0),
            pl.col("gift_share").fill_null(0),
        )
        .with_columns(
            popularity=by_category / others,
            price_rank=by_price / others,
            category_rank=pl.struct(-pl.col("count_customers").cast(pl.Int64), "product_id")
            .rank("ordinal")
            .over("category"),
        )
    )


def seen_not_bought() -> pl.LazyFrame:
    """What was seen and never paid for."""
    bought = purchases().select("customer_id", "product_id").unique()
    return (
        answer("product_views")
        .join(answer("shop_clock"), how="cross")
        .join(bought, on=["customer_id", "product_id"], how="anti")
        .with_columns(
            days_since_seen=(
                pl.col("as_of").dt.date() - pl.col("last_seen_at").dt.date()
            ).dt.total_days()
        )
    )


def viewed_not_bought() -> pl.LazyFrame:
    """Scenario: seen repeatedly within 45 days and not bought."""
    return (
        seen_not_bought()
        .filter(
            (pl.col("days_since_seen") <= 45)
            & ((pl.col("count_views") >= 2) | (pl.col("count_carts") >= 1))
        )
        .select(
            "customer_id",
            "product_id",
            score=pl.col("count_views")
            + 3 * pl.col("count_carts")
            - pl.col("days_since_seen") / 30,
        )
    )


def lapsed_high_spenders() -> pl.LazyFrame:
    """Scenario: high spenders without an order for half a year."""
    segment = answer("customer_rfm").filter(
        (pl.col("monetary_rank") >= 0.75)
        & (pl.col("count_orders") >= 2)
        & (pl.col("days_since_order") > 180)
    )
    score = pl.col("affinity") + 0.4 * pl.col("popularity") + 0.4 * _spread()
    return _unbought(_liked(segment, 3).with_columns(score=score))


def first_to_second_purchase() -> pl.LazyFrame:
    """Scenario: one order within half a year."""
    segment = answer("customer_rfm").filter(
        (pl.col("count_orders") == 1) & (pl.col("days_since_order") <= 180)
    )
    bought = (
        purchases()
        .select("customer_id", "product_id")
        .unique()
        .join(segment, on="customer_id", how="semi")
    )
    companions = bought.join(answer("co_purchase"), on="product_id").select(
        "customer_id",
        product_id="companion_id",
        score=2 + pl.col("count_customers") / (pl.col("count_customers") + 10),
    )
    score = pl.col("affinity") + 0.4 * pl.col("popularity") + 0.4 * _spread()
    liked = _liked(segment, 2).select("customer_id", "product_id", score=score)
    both = pl.concat([companions, liked])
    return _unbought(both).group_by("customer_id", "product_id").agg(pl.col("score").max())


def category_loyalists() -> pl.LazyFrame:
    """Scenario: six in ten lines from one category."""
    segment = (
        answer("category_affinity")
        .filter((pl.col("count_lines") >= 4) & (pl.col("share_bought") >= 0.6))
        .join(
            answer("customer_rfm").filter(pl.col("count_orders") >= 3), on="customer_id", how="semi"
        )
    )
    offers = _numbered(answer("product_offers").filter(pl.col("category_rank") <= 80), "product")
    score = pl.col("share_bought") + 0.4 * pl.col("popularity") + 0.6 * _spread()
    liked = _numbered(segment, "customer").join(offers, on="category")
    return _unbought(liked.with_columns(score=score))


def bargain_hunters() -> pl.LazyFrame:
    """Scenario: half of the lines at a discount."""
    segment = answer("discount_share").filter(
        (pl.col("count_lines") >= 3) & (pl.col("discount_share") >= 0.5)
    )
    score = (
        pl.col("affinity")
        + 0.6 * (1 - pl.col("price_rank"))
        + 0.6 * pl.col("discount_share")
        + 0.4 * _spread()
    )
    liked = _liked(segment.select("customer_id"), 3)
    cheap = liked.filter((pl.col("price_rank") <= 0.7) | (pl.col("discount_share") >= 0.2))
    return _unbought(cheap.with_columns(score=score))


def seasonal_gift_buyers() -> pl.LazyFrame:
    """Scenario: buyers of an earlier gift season."""
    rank = pl.col("gift_share").rank("min") - 1
    giftable = (
        answer("product_offers")
        .filter(pl.col("category_rank") <= 60)
        .with_columns(gift=rank / (pl.len() - 1) + 0.5 * pl.col("popularity"))
        .top_k(400, by="gift")
        .select("product_id", "gift")
    )
    segment = answer("gift_buyers").filter(pl.col("gift_share") >= 0.5).select("customer_id")
    pairs = _numbered(segment, "customer").join(_numbered(giftable, "product"), how="cross")
    return _unbought(pairs.with_columns(score=pl.col("gift") + _spread()))


def _spread() -> pl.Expr:
    """A number from 0 to 1 by customer and product, by the formula of the macros spread and spread_number.

    The number of one id comes from Polars' own hash, for it has no MD5.
    """
    product = pl.col("customer_number") * pl.col("product_number")
    return (product % 2147483647).cast(pl.Float64) / 2147483647


def _numbered(frame: pl.LazyFrame, kind: str) -> pl.LazyFrame:
    number = (pl.col(f"{kind}_id").hash() % 2147483646).cast(pl.Int64) + 1
    return frame.with_columns(number.alias(f"{kind}_number"))


def _liked(segment: pl.LazyFrame, ranks: int) -> pl.LazyFrame:
    top = answer("category_affinity").filter(pl.col("rank") <= ranks)
    offers = _numbered(answer("product_offers").filter(pl.col("category_rank") <= 60), "product")
    return (
        _numbered(segment.select("customer_id"), "customer")
        .join(top.select("customer_id", "category", "affinity"), on="customer_id")
        .join(offers, on="category")
    )


def _unbought(liked: pl.LazyFrame) -> pl.LazyFrame:
    bought = purchases().select("customer_id", "product_id").unique()
    return liked.select("customer_id", "product_id", "score").join(
        bought, on=["customer_id", "product_id"], how="anti"
    )


MARTS: tuple[Callable[[], pl.LazyFrame], ...] = (
    *(shop_clock, product_views, sessions, customer_spend, customer_rfm, discount_share),
    *(gift_buyers, product_sales, co_purchase, category_affinity, product_offers),
)
SCENARIOS: tuple[Callable[[], pl.LazyFrame], ...] = (
    *(viewed_not_bought, lapsed_high_spenders, first_to_second_purchase),
    *(category_loyalists, bargain_hunters, seasonal_gift_buyers),
)


def main() -> None:
    """Ask each question once."""
    ANSWERS.mkdir(exist_ok=True)
    told: dict[str, dict[str, dict[str, float]]] = {}
    for kind, questions in (("marts", MARTS), ("scenarios", SCENARIOS)):
        told[kind] = {}
        for question in questions:
            file = ANSWERS / f"{question.__name__}.parquet"
            started, used = time.perf_counter(), time.process_time()
            # Uncompressed, for DuckDB's answers are tables that it compresses lightly or not at all.
            question().sink_parquet(file, engine="streaming", compression="uncompressed")
            told[kind][question.__name__] = {
                "seconds": time.perf_counter() - started,
                "cpu_seconds": time.process_time() - used,
                "rows": pl.scan_parquet(file).select(pl.len()).collect().item(),
            }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({**told, "peak_gib": peak}))


if __name__ == "__main__":
    main()
