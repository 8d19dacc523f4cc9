"""One spelling for what looks alike: full width and half width, upper and lower case."""

from __future__ import annotations

import unicodedata


def normalise(text: str) -> str:
    """The NFKC form in lower case; runs of white space become one space.

    >>> normalise("ＩＰ６７　防尘\\n20ＫＧ")
    'ip67 防尘 20kg'
    """
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())
