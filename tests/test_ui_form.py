"""A run started from the form of the Prefect UI, in a real browser."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.run_process import copy_home, make_home
from tests.served_shop import artifacts_of, ask, serving, wait_until_ended

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
CHROMEDRIVER = shutil.which("chromedriver") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not (CHROMIUM and CHROMEDRIVER),
        reason="chromium and chromedriver are not installed (apt-get install chromium chromium-driver)",
    ),
]
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--window-size=1300,1600"),
)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.chdir(tmp_path)
    home = copy_home(make_home(tmp_path / "made"), tmp_path / "home")
    with serving(home, tmp_path) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    yield driver
    driver.quit()


def choose(browser: Any, option: str) -> None:
    """Choose an option of the list that offers it."""
    from selenium.webdriver.support.ui import Select

    shown = wait_for(browser, f"//select[option[@value='{option}']]")
    choices = Select(shown)
    assert choices.is_multiple
    choices.select_by_value(option)


def wait_for(browser: Any, xpath: str, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        shown = [e for e in browser.find_elements("xpath", xpath) if e.is_displayed()]
        if shown:
            return shown[-1]
        assert time.monotonic() < deadline, f"not shown: {xpath}"
        time.sleep(0.3)


def test_a_run_is_started_from_the_form(url: str, browser: Any, tmp_path: Path) -> None:
    deployment = ask(url, "deployments/name/produce-content/shop")
    browser.get(f"{url}/deployments/deployment/{deployment['id']}/run")
    choose(browser, "viewed_not_bought")
    choose(browser, "descriptions")
    browser.save_screenshot(str(tmp_path / "form.png"))
    wait_for(browser, "//button[@type='submit']").click()

    runs: list[dict[str, Any]] = []
    deadline = time.monotonic() + 60
    while not runs and time.monotonic() < deadline:
        runs = ask(url, "flow_runs/filter", {})
        time.sleep(0.5)
    run = wait_until_ended(url, runs[0]["id"])
    assert run["state_type"] == "COMPLETED"
    assert run["parameters"]["scenarios"] == ["viewed_not_bought"]
    assert run["parameters"]["plugins"] == ["descriptions"]
    assert run["name"].startswith("viewed_not_bought-20")
    assert {"shelftalk", "viewed_not_bought", "descriptions"} <= set(run["tags"])
    artifacts = artifacts_of(url, run["id"])
    assert {"content-written", "run-summary", "report"} <= set(artifacts)
    assert "descriptions" in artifacts["run-summary"]["data"]
