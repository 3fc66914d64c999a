"""The flow load-shop and the plain function behind it, as the command line calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.load_shop import load, load_shop
from flows.open_shop import warehouse_of
from flows.settings import load_settings
from tasks.errors import InputError, NotAWarehouse
from tasks.warehouse import one_value

ORDERS = "order_id,ordered_at\n1,2024-01-01\n2,2024-01-02\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path / "home"))
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def test_loading_needs_a_warehouse_and_says_how_to_get_one(home: Path) -> None:
    with pytest.raises(NotAWarehouse, match="shelftalk init"):
        load(load_settings(), "orders", [home / "orders.csv"])


def test_a_file_that_fails_does_not_keep_the_others_out(home: Path, prefect_server: None) -> None:
    warehouse = warehouse_of(load_settings())
    warehouse.create()
    with pytest.raises(InputError, match="1 of 2 files were not loaded: there is no file"):
        load_shop([home / "missing.csv", home / "orders.csv"], kind="orders")
    with warehouse.open() as con:
        assert one_value(con, "select count(*) from shop.orders") == 2
    rows = load_shop([home / "orders.csv"], kind="orders")
    assert [(row["table"], row["count_kept"], row["count_written"]) for row in rows] == [
        ("orders", 2, 0)
    ]
