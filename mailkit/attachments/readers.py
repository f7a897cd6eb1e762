"""Which reader opens which kind of content, and under which code a dangerous file in it is told."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NamedTuple

from mailkit.attachments.pieces import Reader

_ARCHIVE = "ARCHIVE_MEMBER"
_OBJECT = "OFFICE_OLE_PACKAGE"
_CLOSED = (
    *("wim", "dmg", "vhd", "vhdx", "vmdk", "qcow", "vdi", "rpm", "sit", "squashfs", "zpaq", "fat"),
    *("lzip", "lzop", "lrz", "snappy", "iscab", "szdd"),
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
BLOCKS = Opener("blocks:read_blocks", "UU_IN_TEXT", is_archive=False)
"""Of what stands in a text in base64 without saying so."""
READERS: Mapping[str, tuple[Opener, ...]] = {
    "zip": (Opener("archives.ziparchive:read_zip"),),
    "gzip": (Opener("archives.streams:read_gzip"),),
    "bz2": (Opener("archives.streams:read_bz2"),),
    "xz": (Opener("archives.streams:read_xz"),),
    "lzma": (Opener("archives.streams:read_lzma"),),
    "zst": (Opener("archives.streams:read_zst"),),
    "lz4": (Opener("archives.streams:read_lz4"),),
    "z": (Opener("archives.streams:read_compress"),),
    "tar": (Opener("archives.tar:read_tar"),),
    "cpio": (Opener("archives.tar:read_cpio"),),
    "ar": (Opener("archives.tar:read_ar"),),
    "7z": (Opener("archives.sevenzip:read_sevenzip"),),
    "rar4": (Opener("archives.rar:read_rar"),),
    "rar5": (Opener("archives.rar:read_rar"),),
    "cab": (Opener("archives.cab:read_cab"),),
    "iso": (Opener("archives.iso:read_iso"),),
    "udf": (Opener("archives.iso:read_iso"),),
    "lzh": (Opener("archives.lha:read_lha"),),
    "arj": (Opener("archives.arj:read_arj"),),
    "ace": (Opener("archives.others:read_ace"),),
    "zoo": (Opener("archives.others:read_zoo"),),
    "alz": (Opener("archives.others:read_alz"),),
    "egg": (Opener("archives.others:read_egg"),),
    "xar": (Opener("archives.others:read_xar"),),
    "chm": (Opener("archives.others:read_chm"),),
    **dict.fromkeys(_CLOSED, (Opener("archives.others:read_closed"),)),
    "ole": (Opener("documents.compound:read_ole", _OBJECT, is_archive=False),),
    "biff": (Opener("documents.biff:read_biff", "", is_archive=False),),
    "rtf": (Opener("documents.rtf:read_rtf", "RTF_OBJECT", is_archive=False),),
    "onenote": (Opener("documents.onenote:read_onenote", "ONENOTE_EMBEDDED", is_archive=False),),
    "tnef": (Opener("documents.tnef:read_tnef", "TNEF_MEMBER"),),
    "pdf": (Opener("pdf.document:read_pdf", "PDF_EMBEDDED", is_archive=False),),
    "html": (Opener("pages.markup:read_html", "HTML_SMUGGLING", is_archive=False),),
    "svg": (Opener("pages.markup:read_svg", "SVG_SCRIPT", is_archive=False),),
    "xml": (
        Opener("pages.markup:read_xml", "XML_SCRIPT", is_archive=False),
        Opener("pages.shortcuts:read_place", "", is_archive=False),
    ),
    "ics": (Opener("pages.calendar:read_ics", "ICS_ATTACH", is_archive=False),),
    "vcf": (Opener("pages.calendar:read_ics", "ICS_ATTACH", is_archive=False),),
    "lnk": (Opener("pages.shortcuts:read_lnk", "", is_archive=False),),
    "url": (Opener("pages.shortcuts:read_url", "", is_archive=False),),
    "reg": (Opener("pages.shortcuts:read_reg", "", is_archive=False),),
    "inf": (Opener("pages.shortcuts:read_setup", "", is_archive=False),),
    "desktop": (Opener("pages.shortcuts:read_desktop", "", is_archive=False),),
    "slk": (Opener("documents.delimited:read_slk", "", is_archive=False),),
    "iqy": (Opener("documents.delimited:read_iqy", "", is_archive=False),),
    "csv": (Opener("documents.delimited:read_csv", "", is_archive=False),),
    "p7": (Opener("documents.crypto:read_p7", "", is_archive=False),),
    "pgp": (Opener("documents.crypto:read_pgp", "", is_archive=False),),
}
"""Kind of `types.sniff` -> its readers."""
