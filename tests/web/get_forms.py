"""The addresses that the GET forms of a page lead to when they are sent as they stand."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

#: What is typed where a field is empty; only what can be searched for has an answer.
TYPED = {"q": "巡检"}
#: How many boxes of one name are ticked where none is.
TICKED = 2


class _Reader(HTMLParser):
    """Collects each GET form's action and its fields, those outside of the form as well."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}
        self.fields: dict[str, dict[str, list[str]]] = {}
        self.open_form = ""
        self.open_select: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open_form = values.get("id") or f"form-{len(self.actions)}"
            if values.get("method", "get").lower() == "get":
                self.actions[self.open_form] = values.get("action", "")
        elif tag == "select":
            self.open_select = (values.get("form", self.open_form), values.get("name", ""))
        elif tag == "option" and self.open_select:
            self._take_option(values)
        elif tag == "input" and values.get("name"):
            self._take_input(values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open_form = ""
        elif tag == "select":
            self.open_select = None

    def _take_option(self, values: dict[str, str]) -> None:
        form, name = self.open_select or ("", "")
        chosen = self.fields.setdefault(form, {}).setdefault(name, [])
        if "selected" in values or not chosen:
            chosen[:] = [values.get("value", "")]

    def _take_input(self, values: dict[str, str]) -> None:
        form = values.get("form", self.open_form)
        chosen = self.fields.setdefault(form, {}).setdefault(values["name"], [])
        kind, value = values.get("type", "text"), values.get("value", "")
        if kind == "checkbox":
            if "checked" in values or len(chosen) < TICKED:
                chosen.append(value)
        elif kind == "radio":
            if "checked" in values or not chosen:
                chosen[:] = [value]
        elif kind not in {"submit", "button", "reset"}:
            chosen[:] = [value or TYPED.get(values["name"], "")]


def list_form_addresses(page: str, address: str) -> list[str]:
    """Addresses of this site only, in the order of the page; ``address`` is the page's own."""
    reader = _Reader()
    reader.feed(page)
    found = []
    for form, action in reader.actions.items():
        pairs = [
            (name, value)
            for name, values in reader.fields.get(form, {}).items()
            for value in values
            if value
        ]
        target = urljoin(address, action.split("#")[0] or address.split("?")[0])
        if target.startswith("/"):
            found.append(f"{target.split('?')[0]}?{urlencode(pairs)}")
    return found
