"""Many messages at once: on all processors, in bounded memory, and so that it can be stopped at any moment.

analyze_many(sources)           every report, one after the other
run(sources, folder)            every report into a folder: parts and a manifest; what was stopped is taken up again
"""

from mailkit.batch.many import analyze_many
from mailkit.batch.runs import Progress, Summary, run

__all__ = ["Progress", "Summary", "analyze_many", "run"]
