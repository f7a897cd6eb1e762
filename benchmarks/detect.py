"""Tell the charsets of the labelled texts and print what is right and how fast, beside chardet alone, in one run.

    python benchmarks/detect.py [--repeat N]

The texts are those of corpora/text/, each in the charsets of its language. An answer is right where decoding with it
gives the text. chardet reads the same bytes in the same process, as it comes: chardet.detect(data). Best of N rounds
each, in CPU seconds, rounds taken in turn; the last column is how many times mailkit's time chardet takes.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import chardet

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mailkit.charsets.codec import decode_replacing
from mailkit.charsets.detect import detect
from mailkit.charsets.labels import codec_of
from tests.charsets.labelled import Sample, samples

HALVES = ("tuned", "heldout")


def ours(data: bytes) -> str:
    """Give the text as mailkit reads it."""
    return decode_replacing(data, detect(data)[0])


def peers(data: bytes) -> str | None:
    """Give the text as chardet's answer has it, by our decoder where we have one; None without one that decodes."""
    label = chardet.detect(data)["encoding"]
    codec = codec_of(label) if label else None
    try:
        return decode_replacing(data, codec) if codec else data.decode(label) if label else None
    except (LookupError, UnicodeDecodeError):
        return None


def right(read: Callable[[bytes], str | None], chosen: list[Sample]) -> Counter[str]:
    """Count what is right: in all, by language of Japan, by charset, by length."""
    return Counter(key for sample in chosen if read(sample.data) == sample.text for key in keys(sample))


def keys(sample: Sample) -> list[str]:
    """Give the rows of the table in which a sample counts."""
    return ["all", sample.charset, sample.length, *(["Japanese"] if sample.language == "ja" else [])]


def seconds(tell: Callable[[bytes], object], chosen: list[Sample]) -> float:
    """Give the CPU time of one round."""
    start = time.process_time()
    for sample in chosen:
        tell(sample.data)
    return time.process_time() - start


def report(half: str, repeat: int) -> None:
    """Print the table of one half of the texts."""
    chosen = list(samples(half))
    total = Counter(key for sample in chosen for key in keys(sample))
    found, theirs = right(ours, chosen), right(peers, chosen)
    subjects: dict[str, Callable[[bytes], object]] = {"mailkit": detect, "chardet": chardet.detect}
    best = dict.fromkeys(subjects, float("inf"))
    for _ in range(repeat):
        for name, tell in subjects.items():
            best[name] = min(best[name], seconds(tell, chosen))
    print(f"{half}.txt: {len(chosen)} samples, {sum(len(sample.data) for sample in chosen)} bytes")
    print(f"  {'':14} {'samples':>7} {'mailkit':>8} {'chardet':>8}")
    for key, count in sorted(total.items(), key=lambda item: -item[1]):
        print(f"  {key:14} {count:7} {found[key]:8} {theirs[key]:8}")
    each = {name: 1e6 * used / len(chosen) for name, used in best.items()}
    ratio = best["chardet"] / best["mailkit"]
    print(f"  {'us each':14} {'':7} {each['mailkit']:8.1f} {each['chardet']:8.1f}  {ratio:.1f} x")


def main() -> int:
    """Print both tables."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--repeat", type=int, default=9)
    args = ap.parse_args()
    print(f"chardet {chardet.__version__}, Python {platform.python_version()}, {platform.machine()}")
    for half in HALVES:
        report(half, args.repeat)
    return 0


if __name__ == "__main__":
    sys.exit(main())
