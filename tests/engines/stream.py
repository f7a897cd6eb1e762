"""A driver: classifies the messages of Parquet files as they arrive, until it has read what is there.

python stream.py FOLDER, in which are in/, and will be out/ and checkpoint/.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from mailkit.spark import classify
from tests.engines.sessions import session


def main(folder: str) -> None:
    """Classify what is there."""
    with session() as spark:
        mail = spark.readStream.schema("id long, raw binary").option("maxFilesPerTrigger", 2).parquet(f"{folder}/in")
        answers = classify(mail, keep=("id",)).writeStream.format("parquet")
        answers = answers.option("checkpointLocation", f"{folder}/checkpoint").trigger(availableNow=True)
        answers.start(f"{folder}/out").awaitTermination()


if __name__ == "__main__":
    main(sys.argv[1])
