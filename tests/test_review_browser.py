"""The review page in a real browser: keys, edit, approve, reject, undo; light, dark and on a phone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.warehouse import Warehouse
from tests.waiting_texts import approval_of, fill_desk

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
CHROMEDRIVER = shutil.which("chromedriver") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and CHROMEDRIVER),
        reason="chromium and chromedriver are not installed (apt-get install chromium chromium-driver)",
    ),
]
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--window-size=1440,900"),
)
GOOD_EDIT = (
    "Come back to a calm table. The Bramble Linen Apron is made of washed linen in oat, "
    "and its size is one size."
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Warehouse, str]]:
    """`shelftalk review` as a process of its own, on a free port."""
    warehouse = fill_desk(tmp_path / "home" / "warehouse.duckdb")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("SHELFTALK_")},
        "SHELFTALK_HOME": str(tmp_path / "home"),
    }
    command = [
        sys.executable,
        "-u",
        "-c",
        "from flows.cli import main; main()",
        "review",
        "--port",
        "0",
    ]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert server.stdout
    said = server.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said + server.stdout.read()
    yield warehouse, found[0]
    server.send_signal(signal.SIGINT)
    rest, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert rest == "The review page is closed; what was decided stays.\n"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


def wait(driver: Any, condition: Callable[[Any], Any]) -> Any:
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, 20, ignored_exceptions=[StaleElementReferenceException]).until(
        condition
    )


def shown(driver: Any, selector: str) -> str:
    found = driver.find_elements("css selector", selector)
    return found[0].text if found else ""


def press(driver: Any, keys: str) -> None:
    driver.find_element("tag name", "body").send_keys(keys)


def look(driver: Any, *, width: int, dark: bool) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def sign_in(driver: Any, place: str) -> None:
    driver.get(place)
    driver.find_element("name", "name").send_keys("Ada\n")
    wait(driver, lambda d: shown(d, "article h1"))


def test_a_reviewer_decides_with_the_keyboard_alone(
    served: tuple[Warehouse, str], browser: Any
) -> None:
    warehouse, place = served
    sign_in(browser, place)
    assert shown(browser, "article h1") == "Alder Stoneware Jug"

    press(browser, "a")
    wait(browser, lambda d: "Approved" in shown(d, ".notice"))
    assert shown(browser, "article h1") == "Bramble Linen Apron"
    assert approval_of(warehouse, 0)["state"] == "approved"

    press(browser, "u")
    wait(browser, lambda d: "Undone" in shown(d, ".notice"))
    assert shown(browser, "article h1") == "Alder Stoneware Jug"
    assert approval_of(warehouse, 0)["state"] == "waiting"

    press(browser, "j")
    wait(browser, lambda d: shown(d, "article h1") == "Bramble Linen Apron")
    press(browser, "k")
    wait(browser, lambda d: shown(d, "article h1") == "Alder Stoneware Jug")
    press(browser, "j")
    wait(browser, lambda d: shown(d, "article h1") == "Bramble Linen Apron")

    press(browser, "e")
    field = browser.switch_to.active_element
    assert field.get_attribute("name") == "body"
    field.clear()
    field.send_keys(f"{GOOD_EDIT} It is waterproof.")
    field.send_keys("\ue009\ue007")  # control and enter
    wait(browser, lambda d: "It is waterproof." in shown(d, ".drawer .notice"))
    field = browser.switch_to.active_element
    assert field.get_attribute("value") == f"{GOOD_EDIT} It is waterproof."
    field.clear()
    field.send_keys(GOOD_EDIT)
    field.send_keys("\ue009\ue007")
    wait(browser, lambda d: "passed every check" in shown(d, ".notices"))
    press(browser, "a")
    wait(browser, lambda d: "Approved" in shown(d, ".notice"))
    edited = approval_of(warehouse, 1)
    assert (edited["state"], edited["body"], edited["edited_by"]) == ("approved", GOOD_EDIT, "Ada")

    assert shown(browser, "article h1") == "Cairn Oak Board"
    press(browser, "r")
    browser.switch_to.active_element.send_keys("says too little\n")
    wait(browser, lambda d: "Rejected" in shown(d, ".notice"))
    assert approval_of(warehouse, 2)["reason"] == "says too little"

    press(browser, "/")
    assert browser.switch_to.active_element.get_attribute("name") == "q"
    browser.switch_to.active_element.send_keys("nothing like it\n")
    wait(browser, lambda d: "Nothing here fits" in shown(d, ".queue"))
    press(browser, "?")
    assert browser.find_element("id", "keys").is_displayed()
    browser.switch_to.active_element.send_keys("\ue00c")
    assert not browser.find_element("id", "keys").is_displayed()


def test_nothing_is_blocked_broken_or_asked_of_others(
    served: tuple[Warehouse, str], browser: Any, tmp_path: Path
) -> None:
    _, place = served
    sign_in(browser, place)
    for view in ("waiting", "audits", "quarantined", "decided"):
        for width, dark in ((1440, False), (1440, True), (1000, False), (390, False), (390, True)):
            look(browser, width=width, dark=dark)
            browser.get(f"{place}/{view}")
            links = browser.find_elements("css selector", ".queue ol a")
            if links:
                links[0].click()
                wait(browser, lambda d: d.find_element("css selector", "article h1").is_displayed())
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width, f"{view} at {width} px is {wide} px wide"
            assert browser.save_screenshot(str(tmp_path / f"{view}-{width}-{dark}.png"))
    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    assert asked
    assert all(name.startswith(place) for name in asked)
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert complaints == []
