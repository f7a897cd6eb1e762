"""Many messages at once: on all processors, in bounded memory, and so that it can be stopped at any moment.

analyze_many(sources)           every report, one after the other
runs.run(sources, folder)       every report into a folder: parts and a manifest; what was stopped is taken up again
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mailkit.report import ANSWERS, Answer, Report, check_wanted

if TYPE_CHECKING:
    from mailkit.batch.frames import Choices

WANT: tuple[Answer, ...] = ("bounce", "trace")
"""What a run answers where nothing is asked: the page shows the delays of the trace, which costs a fifth more."""
SECONDS = 60.0
"""What one message may take; the slowest of the corpora takes 0.13, one of 0.6 MB that was made to be slow 6."""


def analyze_many(  # noqa: PLR0913 - each is a choice of the caller
    sources: Iterable[str | os.PathLike[str] | bytes],
    *,
    jobs: int | None = None,
    want: Iterable[Answer] = ANSWERS,
    ordered: bool = True,
    choices: Choices | None = None,
    seconds: float = SECONDS,
) -> Iterator[Report]:
    """Give a report for every message of some sources, read by several processes.

    A source is the name of a file, a folder, a mailbox or an archive (see `mailkit.sources.files`), or a message as bytes,
    whose reports have no name. `jobs` processes work at once, by default one for each processor. The reports come in the
    order of the sources, or with ``ordered=False`` as they are done. Of the sources and the reports no more is in memory
    than the processes need next. A message that takes more than so many seconds, or ends the process that reads it, has a
    report with an error, and so has an input that cannot be read. `want` are the answers; `choices` says more. Processes end
    with the iterator. Raises ValueError where a choice is none, RuleError where a file of rules is broken,
    TypeError for one source that is in no list.

    >>> [(report.source, report.bounce.kind) for report in analyze_many(["corpora/mta/exim-full.eml"], jobs=1)]
    [('corpora/mta/exim-full.eml', 'failure')]
    """
    if isinstance(sources, str | bytes | os.PathLike):
        message = f"analyze_many takes several sources: [{sources!r}] for one"
        raise TypeError(message)
    wanted = tuple(want)
    check_wanted(want if isinstance(want, str) else wanted)
    from mailkit.batch.many import chosen, jobs_of, reports  # noqa: PLC0415 - 60 ms that nobody needs for one message

    return reports(sources, chosen(choices, wanted), jobs_of(jobs), seconds, ordered=ordered)
