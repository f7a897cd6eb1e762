"""A gap names the limit that ended the look with its value, and a look with that limit raised goes on."""

from __future__ import annotations

import base64
import gzip
import io
import random
import re
import zipfile

import msgspec
import pytest

from mailkit.attachments import check_attachments
from mailkit.attachments.bounds import NAMES, said, value_of
from mailkit.limits import Limits


def mail(name: str, data: bytes) -> bytes:
    """Give a message that is one file."""
    head = f'MIME-Version: 1.0\nContent-Type: application/octet-stream; name="{name}"\n'
    return f"{head}Content-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}".encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """Give an archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def nested(depth: int) -> bytes:
    """Give an archive in an archive and so on."""
    data = zipped({"a.txt": b"hello"})
    for _ in range(depth):
        data = zipped({"a.zip": data})
    return data


NOISE = random.Random(7).randbytes(300_000)
"""It does not pack."""
CASES = {
    "container_depth": (mail("a.zip", nested(4)), Limits(container_depth=2), "DEPTH"),
    "member_count": (mail("a.zip", zipped({f"{one}.txt": b"x" for one in range(9)})), Limits(member_count=4), "PARTS"),
    "member_bytes": (mail("a.zip", zipped({"a.txt": NOISE})), Limits(member_bytes=100_000), "BYTES"),
    "member_bytes, one stream": (mail("a.gz", gzip.compress(NOISE)), Limits(member_bytes=100_000), "BYTES"),
    "unpacked_bytes": (mail("a.zip", zipped({"a.txt": NOISE})), Limits(unpacked_bytes=100 * 1024), "BYTES"),
    "unpacked_bytes, a leaf": (mail("a.txt", NOISE), Limits(unpacked_bytes=100 * 1024), "BYTES"),
    "unpack_ratio": (mail("a.gz", gzip.compress(bytes(1 << 24))), Limits(unpack_ratio=100), "RATIO"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_gap_names_the_limit_and_its_value(case: str) -> None:
    data, limits, reason = CASES[case]
    name = case.partition(",")[0]
    gaps = [gap for gap in check_attachments(data, limits=limits).unscanned if gap.reason == reason]
    assert gaps
    assert all(said(name, limits) in gap.detail for gap in gaps)
    assert not any(re.search(rf"{one}\b(?! \d)", gap.detail) for gap in gaps for one in NAMES)


@pytest.mark.parametrize("case", CASES)
def test_a_limit_that_is_raised_lets_the_look_go_on(case: str) -> None:
    data, _, _ = CASES[case]
    assert check_attachments(data, limits=Limits(unpack_ratio=20_000)).complete


def test_the_end_of_the_time_is_named() -> None:
    ticks = iter(range(10_000))
    report = check_attachments(
        CASES["member_count"][0], limits=Limits(walk_seconds=2.5), clock=lambda: float(next(ticks))
    )
    assert {(gap.reason, gap.detail) for gap in report.unscanned} == {("TIME", "walk_seconds 2.5")}


def test_a_limit_of_the_parser_is_named() -> None:
    data = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 9 + b"--x--\n"
    report = check_attachments(data, limits=Limits(part_count=4))
    assert [gap.detail for gap in report.unscanned if gap.reason == "PARTS"] == ["part_count 4"]


def test_what_is_no_limit_stays() -> None:
    report = check_attachments(b"Content-Type: message/partial; id=a\n\nabc\n")
    assert [gap.detail for gap in report.unscanned] == ["message/partial"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_can_be_read(name: str) -> None:
    assert name in Limits.__struct_fields__
    for limits in (Limits(), Limits.strict(), msgspec.structs.replace(Limits(), **{name: 7})):
        assert value_of(name, said(name, limits).partition(" ")[2]) == getattr(limits, name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("member_bytes", "1k", 1024),
        ("member_bytes", "64MiB", 64 << 20),
        ("unpacked_bytes", "2 GB", 2 << 30),
        ("walk_seconds", "0.5", 0.5),
        ("member_count", "10", 10),
    ],
)
def test_values(name: str, text: str, value: float) -> None:
    assert value_of(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *((name, text) for name in NAMES for text in ("", "0", "-1", "x", "1e9", "9" * 40, "٣", "inf", "5 s", "1,000")),
        ("member_count", "1.5"),
        ("member_count", "1k"),
        ("walk_seconds", "1k"),
        ("member_bytes", "1.5M"),
    ],
)
def test_what_is_no_value(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"is no value of {name}; give .* above 0"):
        value_of(name, text)
