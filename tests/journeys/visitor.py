"""A person at a browser: signs in, looks, takes pictures, and complains about every error the browser reports."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "artefacts" / "screens"
KEPT = ROOT / "docs" / "screenshots"
KEEP = os.environ.get("KEEP_SCREENSHOTS") == "true"
"""Set it to put the pictures that the documentation shows back into docs/screenshots."""

QUIET = 15
"""So many times 25 ms without a request: longer than what the pages wait before they ask for the score again."""

WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}


class Visitor:
    """One browser window of one person."""

    def __init__(self, browser: Any, address: str, size: str = "desk") -> None:
        width, height = WIDTHS[size]
        self.size, self.address = size, address
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            accept_downloads=True,
            has_touch=size == "phone",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("response", self._answered)
        self.asking: set[Any] = set()
        self.page.on("request", lambda request: self.asking.add(request))
        self.page.on("requestfinished", lambda request: self.asking.discard(request))
        self.page.on("requestfailed", lambda request: self.asking.discard(request))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def sign_in(self, username: str, password: str) -> Visitor:
        """Through the page, as everybody does."""
        self.go("/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector(".kp-rail")
        return self

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing has been asked of the server for a moment."""
        quiet = 0
        for _ in range(600):
            self.page.wait_for_timeout(25)
            quiet = 0 if self.asking else quiet + 1
            if quiet >= QUIET:
                return
        raise AssertionError(f"still waiting for {[request.url for request in self.asking]}")

    def press(self, target: Any) -> None:
        """Click and wait for what follows."""
        (self.page.locator(target) if isinstance(target, str) else target).click()
        self.settle()

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=re.compile(name))

    def text(self, selector: str) -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def shot(self, name: str, *, whole: bool = True, keep: bool = False) -> None:
        """A picture of the page; nothing on it may be wider than the window. The caret stays: hiding it writes styles."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            f"{name} scrolls sideways at {self.size} width"
        )
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}-{self.size}.png", full_page=whole, caret="initial")
        if keep and KEEP:
            KEPT.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=KEPT / f"{name}.png", caret="initial")

    def in_english(self, name: str) -> None:
        """The same page in English, pictured too, and back."""
        here = self.page.url
        self._speak("en")
        self.go(here)
        self.shot(f"{name}-en")
        self._speak("zh-hans")
        self.go(here)

    def _speak(self, language: str) -> None:
        self.page.locator(f"form[action='/language/'] button[value='{language}']").first.click()
        self.settle()

    def leave(self) -> None:
        """Close the window; whatever the browser complained about fails the test."""
        self.context.close()
        assert not self.complaints, "\n".join(self.complaints)


def found_by_axe(page: Any, *rules: str) -> list[str]:
    """What axe calls serious or critical, by all its rules or by those that are named."""
    found = Axe().run(page, options={"runOnly": list(rules)} if rules else None).response["violations"]
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
