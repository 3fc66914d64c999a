"""A small archive of approved texts for the small shop: enough for a copywriter of a few steps to be trained on."""

from __future__ import annotations

import duckdb

OPENINGS = (
    "Here is the {name} in {colour}.",
    "A quiet corner waits for the {name}.",
    "Say hello to the {name}, made of {material}.",
    "Look again at the {name}.",
    "Evenings begin with the {name} in {colour}.",
)
CLOSINGS = (
    "It costs {price}.",
    "Yours for {price}.",
    "It is made of {material}.",
    "You will find it among {category}.",
)


def fill_small_archive(con: duckdb.DuckDBPyConnection) -> None:
    """Insert 20 texts a product with colour and material into shop.copy (kind descriptions), from its own facts."""
    con.execute(
        """
        insert into shop.copy by name
        with facts as (
            select products.product_id, products.name, products.category,
                money(products.price, products.currency) as price,
                max(product_facts.value) filter (where product_facts.name = 'colour') as colour,
                max(product_facts.value) filter (where product_facts.name = 'material') as material
            from shop.products
            join shop.product_facts using (product_id)
            where products.price is not null
            group by all
            having colour is not null and material is not null
        ),
        openings as (select unnest($openings) as opening, unnest(range(len($openings))) as number),
        closings as (select unnest($closings) as closing, unnest(range(len($closings))) as number)
        select product_id || '-' || openings.number || '-' || closings.number as copy_id, product_id,
            'descriptions' as kind, 'en' as locale, 'warm' as tone, 'inform' as goal,
            replace(replace(replace(replace(replace(
                opening || ' ' || closing, '{name}', name), '{colour}', colour), '{material}', material),
                '{price}', price), '{category}', category) as body
        from facts, openings, closings
        """,
        {"openings": list(OPENINGS), "closings": list(CLOSINGS)},
    )
