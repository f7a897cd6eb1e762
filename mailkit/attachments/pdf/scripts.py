"""Scripts in a PDF that forms and printers have every day, told from all others."""

from __future__ import annotations

import re

_LONGEST = 8_000
_IGNORED = re.compile(r"//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|\"(?:[^\"\\\r\n]++|\\.)*+\"|'(?:[^'\\\r\n]++|\\.)*+'")
_REACHED = re.compile(r"\.\s*([A-Za-z_$][\w$]*)|([A-Za-z_$][\w$]*)\s*\(")
_INDEX = re.compile(r"\[(?!\s*[\w.]*\s*\])")
_KEYWORDS = frozenset({"if", "for", "while", "switch", "return", "else", "typeof", "in", "case"})
_MEMBERS = frozenset(
    {
        *("value", "valueAsString", "change", "rc", "willCommit", "target", "name", "getField", "length", "display"),
        *("visible", "hidden", "noView", "noPrint", "readonly", "required", "checked", "isBoxChecked", "checkThisBox"),
        *("setFocus", "calculateNow", "resetForm", "print", "printd", "scand", "Number", "String", "Array", "Date"),
        *("isNaN", "parseFloat", "parseInt", "round", "floor", "ceil", "abs", "max", "min", "pow", "toFixed"),
        *("getFullYear", "getMonth", "getDate", "getTime", "getDay", "setDate", "toUpperCase", "toLowerCase", "trim"),
        *("substring", "substr", "indexOf", "split", "join", "charAt", "toString", "push", "textColor", "fillColor"),
        *("strokeColor", "color", "red", "black", "white", "transparent", "bUI", "bSilent", "bShrinkToFit", "user"),
        *("fields", "numFields", "getNthFieldName", "currentValueIndices", "pageNum", "numPages", "border", "s"),
    }
)
"""Functions and properties of Acrobat that a form's arithmetic and a print button need: none of them leads out of the
page or makes code (knowledge of the JavaScript for Acrobat API; the AF functions are Acrobat's own form library)."""


def is_everyday(script: str) -> bool:
    """Say whether a script only formats, checks or adds up fields, or prints; one that reaches for none of these does not.

    >>> is_everyday('AFNumber_Format(2, 0, 0, 0, "", true);'), is_everyday("app.alert(1)")
    (True, False)
    """
    if len(script) > _LONGEST or "\\u" in script or "\\x" in script:
        return False
    bare = _IGNORED.sub("''", script)
    if _INDEX.search(bare) or "`" in bare or "=>" in bare:
        return False
    reached = {found[1] or found[2] for found in _REACHED.finditer(bare)} - _KEYWORDS
    return bool(reached) and all(word.startswith("AF") or word in _MEMBERS for word in reached)
