"""The macros spread and spread_number, by which scenarios give each customer another order of the products."""

from __future__ import annotations

import hashlib

from tasks.warehouse import Connection, one_value


def test_the_spread_is_the_same_everywhere_and_even(con: Connection) -> None:
    def number(key: str) -> int:
        digest = hashlib.md5(key.encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[8:], "little") % 2147483646 + 1

    spread = "spread(spread_number($c), spread_number($p))"
    for customer, product in (("c0001", "p01"), ("Zoë", "p" * 40), ("", "7")):
        wanted = number(customer) * number(product) % 2147483647 / 2147483647
        assert one_value(con, f"select {spread}", {"c": customer, "p": product}) == wanted
    # The greatest numbers there are fit a bigint.
    assert one_value(con, "select spread(2147483646, 2147483646)") == 1 / 2147483647

    con.execute(
        "create temp table spread as select c.range as customer, p.range as product, "
        "spread(spread_number('c' || c.range), spread_number('p' || p.range)) as place "
        "from range(400) as c, range(50) as p"
    )
    tenths = con.execute(
        "select count(*) from spread group by floor(place * 10) order by all"
    ).fetchall()
    assert len(tenths) == 10
    assert all(1800 < count < 2200 for (count,) in tenths)
    # Of 50 products each is foremost for some eight of 400 customers, and no two customers order all alike.
    foremost = con.execute(
        "select count(*) from (select max_by(product, place) as product from spread group by customer) group by product"
    ).fetchall()
    assert len(foremost) > 45
    assert max(count for (count,) in foremost) < 25
    orders = "select count(distinct l) from (select list(product order by place) as l from spread group by customer)"
    assert one_value(con, orders) == 400
