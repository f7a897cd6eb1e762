"""The three Japanese decoders of the WHATWG Encoding Standard (section 12), step by step as written there: an oracle.

It reads one byte at a time and asks Python's tables for the index; nothing of mailkit's decoders is used.
"""

from __future__ import annotations

END = -1
WRONG = "\ufffd"


def _pair(lead: int, trail: int) -> str | None:
    """Give the character of index jis0208 for two bytes with the eighth bit set, by Shift_JIS and cp932."""
    row, cell = lead - 0xA0, trail - 0xA0
    first = (row + 1 >> 1) + (0x80 if row < 63 else 0xC0)
    second = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > 63)
    try:
        text = bytes((first, second)).decode("cp932")
    except UnicodeDecodeError:
        return None
    try:
        return bytes((lead, trail)).decode("euc_jp")  # JIS's own mapping of the wave dash and its kind
    except UnicodeDecodeError:
        return text


def iso2022jp(data: bytes) -> str:  # noqa: C901, PLR0912, PLR0915 - one step of the standard after the other
    """Decode ISO-2022-JP (section 12.2.1)."""
    out: list[str] = []
    queue = list(data)
    state = output = "ascii"
    lead, flag = 0, False
    while True:
        byte = queue.pop(0) if queue else END
        if state in {"ascii", "roman", "katakana"}:
            if byte == 0x1B:
                state = "escape start"
            elif byte == END:
                return "".join(out)
            else:
                flag = False
                out.append(_single(state, byte))
        elif state == "lead":
            if byte == 0x1B:
                state = "escape start"
            elif 0x21 <= byte <= 0x7E:
                flag, lead, state = False, byte, "trail"
            elif byte == END:
                return "".join(out)
            else:
                flag = False
                out.append(WRONG)
        elif state == "trail":
            state = "lead"
            if byte == 0x1B:
                state = "escape start"
                out.append(WRONG)
            elif 0x21 <= byte <= 0x7E:
                out.append(_pair(lead | 0x80, byte | 0x80) or WRONG)
            else:
                out.append(WRONG)
        elif state == "escape start":
            if byte in {0x24, 0x28}:
                lead, state = byte, "escape"
            else:
                queue[:0] = [] if byte == END else [byte]
                flag, state = False, output
                out.append(WRONG)
        else:
            found = {b"(B": "ascii", b"(J": "roman", b"(I": "katakana", b"$@": "lead", b"$B": "lead"}
            new = found.get(bytes([lead, byte])) if byte != END else None
            if new:
                state = output = new
                if flag:
                    out.append(WRONG)
                flag = True
            else:
                queue[:0] = [lead] if byte == END else [lead, byte]
                flag, state = False, output
                out.append(WRONG)


def _single(state: str, byte: int) -> str:
    """Give what a byte stands for in a set of one byte a character."""
    if state == "katakana":
        return chr(byte + 0xFF40) if 0x21 <= byte <= 0x5F else WRONG
    if byte > 0x7F or byte in {0x0E, 0x0F}:
        return WRONG
    return {0x5C: "¥", 0x7E: "‾"}.get(byte, chr(byte)) if state == "roman" else chr(byte)


def shift_jis(data: bytes) -> str:
    """Decode Shift_JIS (section 12.3.1)."""
    out: list[str] = []
    queue = list(data)
    lead = 0
    while True:
        byte = queue.pop(0) if queue else END
        if byte == END:
            return "".join([*out, WRONG]) if lead else "".join(out)
        if lead:
            text = None
            if 0x40 <= byte <= 0x7E or 0x80 <= byte <= 0xFC:
                try:
                    text = bytes((lead, byte)).decode("cp932")
                except UnicodeDecodeError:
                    text = None
            lead = 0
            if text is None and byte < 0x80:
                queue.insert(0, byte)
            out.append(text or WRONG)
        elif byte <= 0x80:
            out.append(chr(byte))
        elif 0xA1 <= byte <= 0xDF:
            out.append(chr(0xFF61 - 0xA1 + byte))
        elif 0x81 <= byte <= 0x9F or 0xE0 <= byte <= 0xFC:
            lead = byte
        else:
            out.append(WRONG)


def euc_jp(data: bytes) -> str:
    """Decode EUC-JP (section 12.1.1)."""
    out: list[str] = []
    queue = list(data)
    lead, third = 0, False
    while True:
        byte = queue.pop(0) if queue else END
        if byte == END:
            return "".join([*out, WRONG]) if lead else "".join(out)
        if lead == 0x8E and 0xA1 <= byte <= 0xDF:
            lead = 0
            out.append(chr(0xFF61 - 0xA1 + byte))
        elif lead == 0x8F and 0xA1 <= byte <= 0xFE:
            third, lead = True, byte
        elif lead:
            text = None
            if 0xA1 <= lead <= 0xFE and 0xA1 <= byte <= 0xFE:
                text = _third(lead, byte) if third else _pair(lead, byte)
            lead, third = 0, False
            if text is None and byte < 0x80:
                queue.insert(0, byte)
            out.append(text or WRONG)
        elif byte < 0x80:
            out.append(chr(byte))
        elif byte in {0x8E, 0x8F} or 0xA1 <= byte <= 0xFE:
            lead = byte
        else:
            out.append(WRONG)


def _third(lead: int, trail: int) -> str | None:
    """Give the character of index jis0212."""
    try:
        return bytes((0x8F, lead, trail)).decode("euc_jp")
    except UnicodeDecodeError:
        return None
