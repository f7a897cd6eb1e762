"""What hosts say of SPF, DKIM, DMARC and ARC, in a line each for a person."""

from __future__ import annotations

from collections.abc import Iterator

from mailkit.trace.result import Stated, Trace, Trust

TRUSTED: dict[Trust, str] = {
    "boundary": "by a host of yours",
    "edge": "in the name of a host of yours, if it removes such fields from what comes in",
    "none": "anybody may have written it",
}
"""How far a field can be believed."""
MAX_RESULTS = 12
MAX_FIELDS = 20
"""Results of a field, and fields, that are shown; the JSON has them all."""


def checked_lines(trace: Trace) -> Iterator[str]:
    """Give the lines below a picture.

    >>> list(checked_lines(Trace()))
    []
    """
    for stated in trace.authentication[:MAX_FIELDS]:
        yield f"checked: {_results(stated)} ({stated.authserv_id or 'no name'}: {TRUSTED[stated.trust]})"
    if trace.arc is not None:
        seal = next((one for one in trace.arc.sets if one.instance == trace.arc.instance), None)
        by = f" by {seal.domain}" if seal is not None and seal.domain else ""
        yield f"sealed: ARC {trace.arc.instance}{by}, cv={trace.arc.cv or 'missing'} (no signature is checked here)"
    for one in trace.warnings[:MAX_FIELDS]:
        yield f"submitted: {one.text}"


def _results(stated: Stated) -> str:
    words = [f"{one.method}={one.result or '?'}" for one in stated.results[:MAX_RESULTS]]
    more = len(stated.results) - len(words)
    return ", ".join(words + ([f"and {more} more"] if more else [])) or "nothing"
