"""From a text to the terms that are stored, and from a question to the terms that must all occur.

Stored are single characters, neighbouring pairs, and runs of letters and digits whole and in
pieces of two and three. A question is cut into words first; a word is found where all its pairs
are, so that 变电所 is found inside 地铁变电所巡检 whichever way the segmenter cuts that sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from matchmaker.text import Analyser, normalise
from matchmaker.text.analyser import iter_characters, iter_pairs

#: A longer question says no more about what is looked for.
MAX_QUESTION_CHARACTERS = 200
MAX_QUESTION_TERMS = 60

_LATIN = re.compile(r"[a-z0-9]+(?:[.\-+/][a-z0-9]+)*")
_WORD = re.compile(rf"{_LATIN.pattern}|[^\W_a-z0-9]+")
#: What both databases keep whole: letters, digits and the few signs inside a model number.
_STORABLE = re.compile(r"(?:[^\W_]|[.\-+/])+")
_PIECE = 3


@lru_cache(maxsize=1)
def get_analyser() -> Analyser:
    """The segmenter of this process, with the words of the field."""
    return Analyser()


def index_terms(text: str) -> list[str]:
    """The distinct terms of a text, sorted; an empty list for a text without letters or digits."""
    clean = normalise(text)
    found = chain(iter_characters(clean), iter_pairs(clean))
    return sorted({term for term, _, _ in found if _STORABLE.fullmatch(term)})


def question_words(question: str) -> list[str]:
    """The words of a question in order, each once: for the search itself and for highlights.

    >>> question_words("变电所 IP67")
    ['变电所', 'ip67']
    """
    clean = normalise(question[:MAX_QUESTION_CHARACTERS])
    words: list[str] = []
    for run in _WORD.findall(clean):
        is_latin = _LATIN.fullmatch(run) is not None
        words += [run] if is_latin else [word for word, _, _ in get_analyser().iter_words(run)]
    return list(dict.fromkeys(words))


def question_terms(question: str) -> list[str]:
    """The stored terms that a row must all hold to answer the question.

    >>> question_terms("变电所 IP67 G1")
    ['变电', '电所', 'ip6', 'p67', 'g1']
    """
    terms = chain.from_iterable(_pieces(word) for word in question_words(question))
    return list(dict.fromkeys(terms))[:MAX_QUESTION_TERMS]


def _pieces(word: str) -> list[str]:
    size = _PIECE if _LATIN.fullmatch(word) else 2
    if len(word) <= size:
        return [word]
    pieces = [word[i : i + size] for i in range(len(word) - size + 1)]
    return [piece for piece in pieces if _STORABLE.fullmatch(piece)]
