"""Where the files beside the package are found, in a checkout and after an installation."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
#: True in a git checkout; an installed wheel carries the same folders inside the package.
IS_CHECKOUT = (_CHECKOUT / "pyproject.toml").is_file()
_BASE = _CHECKOUT if IS_CHECKOUT else _PACKAGE / "_bundled"

TEMPLATES = _BASE / "templates"
STATIC = _BASE / "static"
MIGRATIONS = _BASE / "migrations"
SEEDS = _BASE / "seeds"
#: Default folder of everything that is written at run time.
INSTANCE = (_CHECKOUT if IS_CHECKOUT else Path.cwd()) / "instance"
