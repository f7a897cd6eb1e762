"""What is found in attachments: every code with how grave it is, what it means and where that is known from.

`dangerous` runs or installs when it is opened, or hides that it does; `suspicious` is a carrier that is often abused,
or hides something; `info` changes no verdict.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Danger = Literal["info", "suspicious", "dangerous"]
DANGERS: tuple[Danger, ...] = get_args(Danger)
"""From the least to the greatest."""


class Meaning(msgspec.Struct, frozen=True):
    """What a code means."""

    severity: Danger
    title: str
    source: str


_NAMES = {
    "EXT_EXECUTABLE": Meaning("dangerous", "A name ends as programs do", "extensions: executable"),
    "EXT_SCRIPT": Meaning("dangerous", "A name ends as scripts do that run on a double click", "extensions: script"),
    "EXT_SHORTCUT": Meaning("dangerous", "A name ends as shortcuts do", "extensions: shortcut"),
    "EXT_INSTALLER": Meaning("dangerous", "A name ends as installers do", "extensions: installer"),
    "EXT_CONFIG": Meaning(
        "dangerous", "A name ends as files do that change settings or run with them", "extensions: config"
    ),
    "EXT_MACRO": Meaning("suspicious", "A name ends as documents with macros do", "extensions: macro-office"),
    "EXT_DATABASE": Meaning("suspicious", "A name ends as databases do that may hold code", "extensions: database"),
    "EXT_CONTAINER": Meaning("suspicious", "A name ends as disk images and odd archives do", "extensions: disk-image"),
    "EXT_WEB": Meaning(
        "info", "A name ends as pages do that a browser runs; what is in them counts", "extensions: web"
    ),
    "EXT_ENCODED": Meaning("info", "A name ends as encoded files do; what is in them counts", "extensions: encoded"),
    "EXT_OTHER": Meaning("info", "A name ends as files do that some lists name", "extensions: other"),
    "NAME_DOUBLE_EXT": Meaning(
        "suspicious", "A harmless ending stands before a dangerous one", "MailScanner, amavisd-new"
    ),
    "NAME_LONG_SPACES": Meaning("suspicious", "White space hides the end of a name", "MailScanner"),
    "NAME_RTLO": Meaning("suspicious", "Bidirectional controls turn a name around", "Unicode TR 36"),
    "NAME_INVISIBLE": Meaning("suspicious", "Invisible characters stand in a name", "Unicode TR 36"),
    "NAME_HOMOGLYPH": Meaning(
        "suspicious", "A letter of another script stands for a Latin one at the end of a name", "Unicode TR 39"
    ),
    "NAME_CLSID": Meaning(
        "suspicious", "A class identifier ends a name: Windows opens it by that and hides it", "Microsoft MS01-033"
    ),
    "NAME_ADS": Meaning("suspicious", "A name holds a colon: Windows writes to a stream of another file", "NTFS"),
    "NAME_TRAILING_DOT": Meaning("suspicious", "Dots or blanks end a name: Windows drops them", "Win32 file names"),
    "NAME_CONTROL": Meaning("suspicious", "Control characters stand in a name", "RFC 2183 section 2.3"),
    "NAME_PATH": Meaning("suspicious", "A name leads out of its folder", "RFC 2183 section 2.3"),
    "NAME_RESERVED": Meaning("info", "A name is that of a device in Windows", "Win32 file names"),
    "NAME_LONG": Meaning("info", "A name is longer than file systems take", "POSIX NAME_MAX"),
    "NAME_CONFLICT": Meaning(
        "suspicious", "Places that name the file differ in how dangerous it is", "RFC 2183 section 2.3"
    ),
}
_STRUCTURE = {
    "MIME_DUP_PARAM": Meaning("info", "A parameter of a part stands twice", "RFC 2045 section 5.1"),
    "MIME_DUP_HEADER": Meaning("info", "A field of a part stands twice", "RFC 2045 section 5"),
    "MIME_HEADER_MALFORMED": Meaning("info", "A field of a part is malformed", "RFC 2045 section 5.1"),
    "MIME_AFTER_CLOSE": Meaning("info", "A part stands behind the end of a multipart", "RFC 2046 section 5.1.1"),
    "MIME_PREAMBLE_PART": Meaning("info", "A part stands before the first of a multipart", "RFC 2046 section 5.1.1"),
    "MIME_BOUNDARY_MISMATCH": Meaning("info", "Delimiters and boundary differ", "RFC 2046 section 5.1.1"),
    "MIME_BOUNDARY_MISSING": Meaning(
        "info", "A multipart has no boundary, or none that occurs", "RFC 2046 section 5.1.1"
    ),
    "MIME_CTE_ON_COMPOSITE": Meaning(
        "info", "A multipart or message claims a transfer encoding", "RFC 2045 section 6.4"
    ),
    "MIME_CTE_UNKNOWN": Meaning("info", "A transfer encoding is unknown", "RFC 2045 section 6.4"),
    "MIME_CTE_MALFORMED": Meaning("info", "A transfer encoding is malformed", "RFC 2045 section 6.1"),
    "MIME_B64_JUNK": Meaning("info", "Base64 holds what is none of it", "RFC 2045 section 6.8"),
    "MIME_DEPTH": Meaning("suspicious", "Parts are nested deeper than is looked", "mailkit.limits"),
    "MIME_PARTS": Meaning("suspicious", "There are more parts than are looked at", "mailkit.limits"),
    "MIME_LIMIT": Meaning("suspicious", "A header is larger than is looked at", "mailkit.limits"),
    "MIME_PARTIAL": Meaning("suspicious", "A message is a piece of a larger one", "RFC 2046 section 5.2.2"),
    "MIME_EXTERNAL": Meaning("suspicious", "A part lies elsewhere", "RFC 2046 section 5.2.3"),
    "MIME_AMBIGUOUS": Meaning("suspicious", "Readers of the message see different files", "Inbox Invasion, CCS 2024"),
}
_TYPES = {
    "MAGIC_EXECUTABLE": Meaning("dangerous", "The content is a program", "signatures"),
    "MAGIC_SCRIPT": Meaning("dangerous", "The content is a script", "signatures"),
    "MAGIC_SHORTCUT": Meaning("dangerous", "The content is a shortcut", "MS-SHLLINK section 2.1"),
    "MAGIC_INSTALLER": Meaning("dangerous", "The content is an installer", "signatures"),
    "MAGIC_MISMATCH": Meaning("suspicious", "Name or declared type and content contradict each other", "signatures"),
    "POLYGLOT": Meaning("suspicious", "The content is two formats at once", "signatures"),
    "EICAR": Meaning("dangerous", "The test file of the makers of virus scanners", "eicar.org"),
    "TYPE_AUTORUN": Meaning(
        "dangerous", "A program is declared as what old readers play by themselves", "CVE-2001-0154"
    ),
}
_ARCHIVES = {
    "ARCHIVE_MEMBER": Meaning("suspicious", "A dangerous file stands in an archive", "mailkit"),
    "ARCHIVE_DEPTH": Meaning("suspicious", "Archives are nested deeper than is looked", "mailkit.limits"),
    "ARCHIVE_BOMB": Meaning("suspicious", "A file unpacks to many times its size", "mailkit.limits"),
    "ARCHIVE_AMBIGUOUS": Meaning("suspicious", "Readers of an archive see different files", "APPNOTE section 4.3"),
    "ARCHIVE_MALFORMED": Meaning("suspicious", "An archive is damaged, or made so that some readers fail", "mailkit"),
    "ARCHIVE_ENCRYPTED": Meaning("info", "An archive is encrypted", "APPNOTE section 4.4.4"),
    "ARCHIVE_OVERLAP": Meaning("suspicious", "Members of an archive share their bytes", "D. Fifield, WOOT 2019"),
    "ARCHIVE_TRAVERSAL": Meaning("suspicious", "A member would be written outside of the folder", "CWE-22"),
    "ARCHIVE_LINK": Meaning("suspicious", "A link in an archive leads out of its folder", "CWE-59"),
    "ARCHIVE_TRAILER": Meaning("info", "Something stands behind the end of an archive", "mailkit"),
}
_DOCUMENTS = {
    "OFFICE_VBA": Meaning("suspicious", "A document holds macros", "MS-OVBA"),
    "OFFICE_VBA_AUTO": Meaning(
        "dangerous", "A document holds macros that run by themselves and write or start files", "MS-OVBA"
    ),
    "OFFICE_XLM": Meaning("suspicious", "A workbook holds macros of Excel 4", "MS-XLS section 2.4.28"),
    "OFFICE_XLM_AUTO": Meaning(
        "dangerous", "A workbook holds macros of Excel 4 that run by themselves", "MS-XLS section 2.5.113"
    ),
    "OFFICE_OLE_PACKAGE": Meaning("suspicious", "A document holds a packed file or object", "MS-OLEDS section 2.3.6"),
    "OFFICE_ENCRYPTED": Meaning("info", "A document is encrypted", "MS-OFFCRYPTO"),
    "OFFICE_EXTERNAL_OLE": Meaning("dangerous", "A document loads an object from elsewhere", "ECMA-376 part 2"),
    "OFFICE_EXTERNAL_LINK": Meaning("suspicious", "A document loads data from elsewhere", "ECMA-376 part 2"),
    "OFFICE_LINKED_BOOK": Meaning("info", "A workbook takes figures from another by HTTPS", "ECMA-376 part 1, 18.14"),
    "OFFICE_TEMPLATE": Meaning("dangerous", "A document loads its template from elsewhere", "MITRE ATT&CK T1221"),
    "OFFICE_DDE": Meaning("dangerous", "A document starts a program by DDE", "Microsoft security advisory 4053440"),
    "OFFICE_ACTIVEX": Meaning("suspicious", "A document holds an ActiveX control", "ECMA-376 part 4"),
    "OFFICE_CUSTOM_UI": Meaning("info", "A document changes the ribbon and names a macro to start", "MS-CUSTOMUI"),
    "OFFICE_EQUATION": Meaning("dangerous", "A document holds an object of the old equation editor", "CVE-2017-11882"),
    "OFFICE_MALFORMED": Meaning("suspicious", "A document is damaged, or made so that some readers fail", "mailkit"),
    "RTF_OBJECT": Meaning("suspicious", "A document in RTF holds an object", "RTF 1.9.1"),
    "ONENOTE_EMBEDDED": Meaning("suspicious", "A OneNote section holds a file", "MS-ONESTORE section 2.6.13"),
    "PDF_JAVASCRIPT": Meaning("suspicious", "A PDF holds JavaScript", "ISO 32000-1 section 12.6.4.16"),
    "PDF_LAUNCH": Meaning("dangerous", "A PDF starts a program", "ISO 32000-1 section 12.6.4.5"),
    "PDF_EMBEDDED": Meaning("info", "A PDF holds files", "ISO 32000-1 section 7.11.4"),
    "PDF_ENCRYPTED": Meaning("info", "A PDF is encrypted", "ISO 32000-1 section 7.6"),
    "PDF_ACTION": Meaning(
        "suspicious", "A PDF sends data or opens another file by itself", "ISO 32000-1 section 12.6.4"
    ),
    "HTML_SMUGGLING": Meaning("dangerous", "A page makes a file by script", "MITRE ATT&CK T1027.006"),
    "HTML_SCRIPT": Meaning("suspicious", "An attached page runs script", "HTML section 4.12"),
    "HTML_FORM": Meaning("suspicious", "An attached page asks for a password", "HTML section 4.10"),
    "HTML_REDIRECT": Meaning("suspicious", "An attached page leads elsewhere by itself", "HTML section 4.2.5"),
    "HTML_OBJECT": Meaning("dangerous", "A page starts a control or a program", "HTA, MS-HTML objects"),
    "SVG_SCRIPT": Meaning("suspicious", "An image runs script", "SVG 2 section 15"),
    "XML_SCRIPT": Meaning("suspicious", "A style sheet runs script", "XSLT, msxsl:script"),
    "XML_ENTITY": Meaning("suspicious", "XML declares entities that grow or load files", "CWE-776, CWE-611"),
    "ICS_ATTACH": Meaning(
        "suspicious", "An appointment holds or names a file that may run", "RFC 5545 section 3.8.1.1"
    ),
    "CSV_DDE": Meaning("dangerous", "A cell starts a program", "CWE-1236"),
    "SLK_MACRO": Meaning("dangerous", "A SYLK file holds a macro", "SYLK"),
    "QUERY_FILE": Meaning("dangerous", "A query file loads data or code from elsewhere", "IQY, OQY"),
    "URL_FILE": Meaning("dangerous", "A shortcut leads to a file or a program", "Internet shortcuts"),
    "UU_IN_TEXT": Meaning("info", "A file stands encoded in a text", "POSIX uuencode"),
    "TNEF": Meaning("info", "A part is in the form of Outlook", "MS-OXTNEF"),
    "TNEF_MEMBER": Meaning("suspicious", "A dangerous file stands in a part in the form of Outlook", "MS-OXTNEF"),
    "TNEF_CHECKSUM": Meaning("info", "A checksum in the form of Outlook is wrong", "MS-OXTNEF section 2.1.3"),
    "TNEF_MALFORMED": Meaning("suspicious", "A part in the form of Outlook is damaged", "MS-OXTNEF"),
    "CRYPTO_OPAQUE": Meaning(
        "info", "What is encrypted cannot be looked at", "RFC 8551 section 3.3, RFC 3156 section 4"
    ),
    "UNSUPPORTED": Meaning("info", "A format that is not looked into, or not without an extra", "mailkit"),
}
CODES: dict[str, Meaning] = {**_NAMES, **_STRUCTURE, **_TYPES, **_ARCHIVES, **_DOCUMENTS}
"""Code -> what it means."""
