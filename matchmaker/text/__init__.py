"""Reading Chinese and mixed text: normalisation, terms, numbers with units. Knows no other room."""

from matchmaker.text.analyser import Analyser, View, ViewTerms, default_dictionary
from matchmaker.text.bounds import MAX_QUERY_CHARACTERS, check_query_length, check_query_text
from matchmaker.text.normalise import normalise

__all__ = [
    "MAX_QUERY_CHARACTERS",
    "Analyser",
    "View",
    "ViewTerms",
    "check_query_length",
    "check_query_text",
    "default_dictionary",
    "normalise",
]
