"""What a firm sees that has no profile yet, where a page needs one."""

from __future__ import annotations

from flask import render_template


def show_without_profile(title: str) -> str:
    """The page named in the menu, with the two ways to a profile."""
    return render_template("supplier/without_profile.html", title=title)
