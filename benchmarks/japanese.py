"""Decode and check Japanese text and print microseconds a KiB beside Python's codecs, in one run.

    python benchmarks/japanese.py [--repeat N] [--size KIB]

The text is written for this: lines of 76 columns, three of four Japanese, the fourth ASCII. Decoding is measured beside
the codec of the standard library that reads the same bytes, checking beside mere decoding. Dirty text has one character
of NEC's row 13 in one line of twenty, or in every line. The floods are twice as long the second time: linear work gives
the same figure for a KiB. Best of N rounds in CPU seconds.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mailkit import check_text, parse
from mailkit.charsets import codec_of, decode_as
from mailkit.text.look import spots_of

LINES = (
    "メールが届かなかったときは、まず宛先の綴りを確かめてください。",
    "宛先に間違いがなければ、受け取る側の事情で断られています。",
    "しばらく待ってから、もう一度お送りください。",
    "This line is plain ASCII, as the headers of a notice are.",
)
LABELS = {"iso-2022-jp": "iso2022_jp", "shift_jis": "cp932", "euc-jp": "euc_jp", "utf-8": "utf-8"}
ROW_13 = {"iso-2022-jp": b"\x1b$B-!\x1b(B", "shift_jis": b"\x87\x40", "euc-jp": b"\xad\xa1", "utf-8": "①".encode()}
FLOODS = {
    "designations": b"\x1b$B\x1b(B",
    "ESC alone": b"\x1b",
    "a designation a character": b"\x1b$B-!",
    "SO that never ends": b"\x0e11",
    "odd bytes": b"\x1b$B$\n",
    "one line of row 13": b"\x1b$B" + b"-!" * 500,
}


def micros(work: Callable[[], object], size: int, repeat: int) -> float:
    """Give the least CPU time of some rounds, in microseconds a KiB."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1e6 / size * 1024


def text_in(label: str, kib: int, every: int = 0) -> bytes:
    """Give text of a size in a charset, with a character of row 13 at the end of every n-th line."""
    out, size, number = [], 0, 0
    while size < kib * 1024:
        number += 1
        line = LINES[number % len(LINES)].encode(LABELS[label])
        if every and number % every == 0:
            line += ROW_13[label]
        out.append(line + b"\r\n")
        size += len(out[-1])
    return b"".join(out)


def message_in(label: str, body: bytes) -> bytes:
    """Give a message with that body."""
    return f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + body


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--size", type=int, default=64, metavar="KIB")
    args = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {args.size} KiB, best of {args.repeat}\n")
    print("decoding, us/KiB | codec | mailkit | ratio\n---|---|---|---")
    for label, codec in LABELS.items():
        data = text_in(label, args.size)
        assert decode_as(data, label) == data.decode("cp932" if label == "shift_jis" else codec)
        theirs = micros(lambda data=data, codec=codec: data.decode(codec), len(data), args.repeat)  # type: ignore[misc]
        ours = micros(lambda data=data, label=label: decode_as(data, label), len(data), args.repeat)  # type: ignore[misc]
        print(f"{label} | {theirs:.1f} | {ours:.1f} | {ours / theirs:.2f}")
    print(
        "\nchecking, us/KiB | spots, clean | check_text, clean | one line of twenty | every line\n---|---|---|---|---"
    )
    for label in LABELS:
        row = []
        clean = text_in(label, args.size)
        codec_name = codec_of(label) or ""
        row.append(micros(lambda: list(spots_of(clean, codec_name)), len(clean), args.repeat))  # noqa: B023 - called at once
        for every in (0, 20, 1):
            body = text_in(label, args.size, every)
            message = parse(message_in(label, body))
            row.append(micros(lambda: check_text(message), len(body), args.repeat))  # noqa: B023 - called at once
        print(" | ".join([label, *(f"{figure:.1f}" for figure in row)]))
    print("\nfloods, us/KiB | decode 64 KiB | 128 KiB | check 64 KiB | 128 KiB\n---|---|---|---|---")
    for name, token in FLOODS.items():
        row = []
        for work in (
            lambda data: decode_as(data, "iso-2022-jp"),
            lambda data: sum(1 for _ in spots_of(data, "iso2022_jp")),
        ):
            for kib in (64, 128):
                data = token * (kib * 1024 // len(token))
                row.append(micros(lambda: work(data), len(data), 3))  # noqa: B023 - called at once
        print(" | ".join([name, *(f"{figure:.0f}" for figure in row)]))


if __name__ == "__main__":
    main()
