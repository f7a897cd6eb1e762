"""Which reader opens which kind of content, and under which code a dangerous file in it is told."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NamedTuple

from mailkit.attachments.pieces import Reader

_ARCHIVE = "ARCHIVE_MEMBER"
_OBJECT = "OFFICE_OLE_PACKAGE"
_CLOSED = (
    *(
        "wim",
        "dmg",
        "vhd",
        "vhdx",
        "vmdk",
        "qcow",
        "vdi",
        "rpm",
        "sit",
        "lzip",
        "lzop",
        "lrz",
        "snappy",
        "iscab",
        "szdd",
    ),
    *("squashfs", "zpaq", "fat"),
)
"""Kinds that hold files and are not opened."""


class Opener(NamedTuple):
    """How a kind of content is opened."""

    place: str
    """Module and function, below this package: loaded on first use."""
    member: str = _ARCHIVE
    """The code of a dangerous file in it; empty where the file's own findings say enough."""
    is_archive: bool = True
    """Whether its members are files that a user takes out by hand."""

    @property
    def read(self) -> Reader:
        """The reader itself."""
        module, _, name = self.place.partition(":")
        found: Reader = getattr(importlib.import_module(f"mailkit.attachments.{module}"), name)
        return found


TEXT = Opener("", "UU_IN_TEXT", is_archive=False)
"""Of what stands encoded in a text."""
READERS: Mapping[str, tuple[Opener, ...]] = {
    "zip": (Opener("ziparchive:read_zip"),),
    "gzip": (Opener("streams:read_gzip"),),
    "bz2": (Opener("streams:read_bz2"),),
    "xz": (Opener("streams:read_xz"),),
    "lzma": (Opener("streams:read_lzma"),),
    "zst": (Opener("streams:read_zst"),),
    "lz4": (Opener("streams:read_lz4"),),
    "z": (Opener("streams:read_compress"),),
    "tar": (Opener("tar:read_tar"),),
    "cpio": (Opener("tar:read_cpio"),),
    "ar": (Opener("tar:read_ar"),),
    "7z": (Opener("sevenzip:read_sevenzip"),),
    "rar4": (Opener("rar:read_rar"),),
    "rar5": (Opener("rar:read_rar"),),
    "cab": (Opener("cab:read_cab"),),
    "iso": (Opener("iso:read_iso"),),
    "udf": (Opener("iso:read_iso"),),
    "lzh": (Opener("lha:read_lha"),),
    "arj": (Opener("arj:read_arj"),),
    "ace": (Opener("others:read_ace"),),
    "zoo": (Opener("others:read_zoo"),),
    "alz": (Opener("others:read_alz"),),
    "egg": (Opener("others:read_egg"),),
    "xar": (Opener("others:read_xar"),),
    "chm": (Opener("others:read_chm"),),
    **dict.fromkeys(_CLOSED, (Opener("others:read_closed"),)),
    "ole": (Opener("compound:read_ole", _OBJECT, is_archive=False),),
    "biff": (Opener("biff:read_biff", "", is_archive=False),),
    "rtf": (Opener("rtf:read_rtf", "RTF_OBJECT", is_archive=False),),
    "onenote": (Opener("onenote:read_onenote", "ONENOTE_EMBEDDED", is_archive=False),),
    "tnef": (Opener("tnef:read_tnef", "TNEF_MEMBER"),),
    "pdf": (Opener("pdf:read_pdf", "PDF_EMBEDDED", is_archive=False),),
    "html": (Opener("markup:read_html", "HTML_SMUGGLING", is_archive=False),),
    "svg": (Opener("markup:read_svg", "SVG_SCRIPT", is_archive=False),),
    "xml": (
        Opener("markup:read_xml", "XML_SCRIPT", is_archive=False),
        Opener("shortcuts:read_place", "", is_archive=False),
    ),
    "ics": (Opener("calendar:read_ics", "ICS_ATTACH", is_archive=False),),
    "vcf": (Opener("calendar:read_ics", "ICS_ATTACH", is_archive=False),),
    "lnk": (Opener("shortcuts:read_lnk", "", is_archive=False),),
    "url": (Opener("shortcuts:read_url", "", is_archive=False),),
    "reg": (Opener("shortcuts:read_reg", "", is_archive=False),),
    "inf": (Opener("shortcuts:read_setup", "", is_archive=False),),
    "desktop": (Opener("shortcuts:read_desktop", "", is_archive=False),),
    "slk": (Opener("delimited:read_slk", "", is_archive=False),),
    "iqy": (Opener("delimited:read_iqy", "", is_archive=False),),
    "csv": (Opener("delimited:read_csv", "", is_archive=False),),
    "p7": (Opener("crypto:read_p7", "", is_archive=False),),
    "pgp": (Opener("crypto:read_pgp", "", is_archive=False),),
}
"""Kind of `types.sniff` -> its readers."""
