"""An administrator at the workbench: fields filled as the form has them, entries added by the keys of the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.journeys.visitor import Visitor

CALM = 5
"""So many times 25 ms without a save under way."""


class Bench:
    """The workbench of one draft in one browser window."""

    def __init__(self, visitor: Visitor) -> None:
        self.one, self.page = visitor, visitor.page

    # --- waiting ---------------------------------------------------------------------------------------------------

    def calm(self) -> None:
        """Wait until nothing is being saved; totals and problems may still be on their way."""
        quiet = 0
        for _ in range(800):
            self.page.wait_for_timeout(25)
            busy = any(request.method == "POST" for request in self.one.asking)
            quiet = 0 if busy else quiet + 1
            if quiet >= CALM:
                return
        raise AssertionError("still saving")

    def opened(self, kind: str, *, but: str = "") -> str:
        """Wait until an entry of this kind is open that is not `but`; its `kind-key`."""
        form = f"#entry-form[data-entry^='{kind}-']" + (f":not([data-entry='{but}'])" if but else "")
        self.page.wait_for_selector(form)
        self.page.wait_for_selector("#entry-form :focus")
        return self.current

    @property
    def current(self) -> str:
        return str(self.page.locator("#entry-form").get_attribute("data-entry"))

    # --- walking -----------------------------------------------------------------------------------------------------

    def tree(self) -> None:
        """From a field back to the open entry's line in the tree."""
        self.page.keyboard.press("Escape")
        self.page.wait_for_selector("[role=treeitem]:focus")

    def line(self, title: str) -> Any:
        return self.page.locator("[role=treeitem]", has_text=title).first

    def add(self, kind: str, *, inside: bool = False) -> str:
        """A new entry after the open one or inside it, by its key; it is open and its first field has the focus."""
        before = self.current
        self.tree()
        self.page.keyboard.press("Shift+N" if inside else "n")
        return self.opened(kind, but=before)

    def open(self, at: str) -> None:
        """Open an entry by its line in the tree."""
        line = self.page.locator(f"[role=treeitem][data-at='{at}']")
        line.scroll_into_view_if_needed()
        line.click()
        self.page.wait_for_selector(
            f"#entry-form[data-entry='{at}']" if at.partition("-")[0] != "list" else ".kp-listed, #tools"
        )
        self.page.wait_for_selector("#entry :focus")

    # --- filling in ----------------------------------------------------------------------------------------------------

    def field(self, name: str) -> Any:
        """A field by its path, behind *more* or not."""
        found = self.page.locator(f"#entry [name='f.{name}']").first
        while found.evaluate("field => Boolean(field.closest('details:not([open])'))"):
            found.locator("xpath=ancestor::details[not(@open)]").first.locator(":scope > summary").click()
        return found

    def say(self, name: str, value: Any) -> None:
        """Type, choose or tick one field."""
        field = self.field(name)
        sort = field.evaluate("field => field.type")
        if sort in ("checkbox", "radio"):
            for each in value if isinstance(value, (list, tuple)) else [value]:
                ticked = "1" if each is True else str(each)
                self.page.locator(f"#entry [name='f.{name}'][value='{ticked}']").check()
        elif sort.startswith("select"):
            field.select_option(str(value))
        else:
            field.fill(str(value))

    def fill(self, shape: Mapping[str, Any], prefix: str = "") -> None:
        """Everything an entry says, one field after the other; the order is that of the shape."""
        for name, value in shape.items():
            self.put(f"{prefix}{name}", value)
        self.tree()

    def put(self, name: str, value: Any) -> None:
        if value is None:
            return
        if name.endswith(".phases"):
            value = [{"code": code} for code in value]
        if name in ("floor", "ceiling") and value == "none":
            self.say(f"{name}.none", True)
        elif name.endswith("applies_to"):
            self.say(f"{name}.tags", "、".join(value["tags"]))
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            self.records(name, value)
        elif isinstance(value, Mapping):
            for inner, said in value.items():
                self.put(f"{name}.{inner}", said)
        else:
            self.say(name, value)

    def records(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """The rows of a list, each added by its button."""
        for place, row in enumerate(rows):
            first = next(iter(row))
            if not self.page.locator(f"#entry [name='f.{name}.{place}.{first}']").count():
                self.calm()
                self.page.locator(f"#entry button[name=grow][value='f.{name}']").click()
                self.page.wait_for_selector(f"#entry [name='f.{name}.{place}.{first}']", state="attached")
            for inner, said in row.items():
                self.put(f"{name}.{place}.{inner}", said)
        self.calm()
