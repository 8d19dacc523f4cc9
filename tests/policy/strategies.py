"""Facts for hypothesis. Random money almost never meets a cap, so boundary values are drawn."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from matchmaker.policy.instrument import FactKind, FactSpec, Instrument

#: Every cap, threshold, and base at which a cap is met, in yuan, typed from the documents.
_TURNING_POINTS = (
    150_000, 200_000, 300_000, 500_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000, 4_000_000,
    5_000_000, 6_000_000, 7_000_000, 10_000_000, 12_000_000, 20_000_000, 50_000_000, 75_000_000,
    150_000_000, 166_666_666, 200_000_000,
)  # fmt: skip
_EDGE_DAYS = (date(2025, 1, 1), date(2025, 1, 22), date(2027, 12, 31), date(2028, 2, 29))


def _boundary_fen() -> list[int]:
    """0, 1, 2 and around each turning point and its double: 2·cap−1, 2·cap, 2·cap+1."""
    fen = {0, 1, 2, 3, 4, 5}
    for yuan in _TURNING_POINTS:
        for centre in (yuan * 100, 2 * yuan * 100):
            fen |= {centre - 1, centre, centre + 1}
    return sorted(fen)


FEN = st.one_of(st.sampled_from(_boundary_fen()), st.integers(0, 40_000_000_000))
DAYS = st.one_of(
    st.sampled_from([day + timedelta(n) for day in _EDGE_DAYS for n in (-1, 0, 1)]),
    st.just(date(2026, 5, 1)),
    st.just(date(2026, 11, 30)),
    st.dates(),
)


@st.composite
def _spelled(draw: st.DrawFn, fen: int) -> str:
    """One of the spellings of an amount: 1.5, 1.50, 1, 1.0, 1.00."""
    yuan, rest = divmod(fen, 100)
    spellings = [f"{yuan}.{rest:02d}"]
    if rest % 10 == 0:
        spellings.append(f"{yuan}.{rest // 10}")
    if rest == 0:
        spellings.append(str(yuan))
    return draw(st.sampled_from(spellings))


YUAN = FEN.flatmap(_spelled)


def _value(spec: FactSpec) -> st.SearchStrategy[str]:
    match spec.kind:
        case FactKind.YUAN:
            return YUAN
        case FactKind.YUAN_LIST:
            return st.lists(YUAN, min_size=1, max_size=14).map(",".join)
        case FactKind.DECIMAL:
            hundredths = st.one_of(
                st.sampled_from([1, 99, 100, 101, 299, 300, 301, 99_999, 100_000, 100_001]),
                st.integers(1, 1_000_000),
            )
            return hundredths.flatmap(_spelled)
        case FactKind.WHOLE:
            return st.one_of(
                st.sampled_from(["0", "1", "999", "1000", "1001"]),
                st.integers(0, 5_000).map(str),
            )
        case FactKind.FLAG:
            return st.sampled_from(["true", "false"])
        case FactKind.WORD:
            return st.sampled_from(spec.words)


@st.composite
def facts_for(draw: st.DrawFn, instrument: Instrument) -> dict[str, str]:
    """Well-formed facts; an optional one is sometimes left out."""
    given = {}
    for spec in instrument.facts:
        if spec.is_required or draw(st.booleans()):
            given[spec.name] = draw(_value(spec))
    return given
