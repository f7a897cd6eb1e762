"""Recipients of a notice whose format is unknown: lines that begin with an address, or name one."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from mailkit.bounce.dialects.block import Block
from mailkit.bounce.dialects.engine import blocks_between
from mailkit.bounce.notice import LOOKED_AT, Notice
from mailkit.bounce.replies import best_reply
from mailkit.syntax.address import ADDRESS, clean, domain_of, find_addresses

_BEHIND = r"(?::|\.\.\.|,|;|-|\r?$|\()"
_LISTED = (
    # <joe@example.org>: and "Joe" <joe@example.org>
    rf"[ \t>*]{{0,12}}(?:\"[^\"\n]{{1,100}}\"[ \t]{{0,4}})?<(?P<addr0>{ADDRESS})>[ \t]*{_BEHIND}",
    # joe@example.org, alone or with words that go on about it
    (
        rf"[ \t>*=\-]{{0,16}}['\"(\[]?(?P<addr1>{ADDRESS})['\")\]]?[ \t]*"
        r"(?::|\.\.\.|\r?$|;|,[ \t]*\r?$|,[ \t](?=error|code|status|reason|response|smtp|\d{3}\b)|[ \t](?:[\-:(<]|(?:on|failed|is|was|has|could|does|did)\b))"
    ),
)
_LABELLED = (
    r"[ \t]{0,12}(?:(?:failed|invalid|bad|unknown|undelivered|final) )?(?:to|recipients?|recipient address|address|addressee|e-?mail(?: address)?|final-recipient|mailbox|user|"
    r"empf[aä]nger|destinataires?|destinatario|destinat[aá]rio|odbiorca|収信者|宛先|収件人|收件人|受信者|あて先|送信先)"
    rf"[ \t]{{0,4}}[:：][ \t]*(?:rfc822;)?[ \t]*[<\"'(\[]?(?:smtp:)?(?P<addr>{ADDRESS})"
)
_MENTIONED = (
    r"[^\n]{0,160}?(?:to|for|address|recipient|recipients|user|mailbox|an|à|pour|para|per|do|для|到|给)"
    rf"[ :]{{1,3}}['\"(\[<]{{0,2}}(?P<addr>{ADDRESS})"
)


@functools.cache
def _lines() -> tuple[re.Pattern[str], ...]:
    """Give how a line names a recipient where the format is unknown, the surest form first."""
    patterns = ("|".join(_LISTED), _LABELLED, _MENTIONED)
    return tuple(re.compile(f"^(?:{pattern})", re.MULTILINE | re.IGNORECASE) for pattern in patterns)


_NEXT = re.compile(rf">?[ \t]*[,;][ \t]*<?(?P<addr>{ADDRESS})(?=[\s,;>])")
"""Another address behind one on the same line."""
NOBODY = re.compile(
    r"^(?:mailer-daemon|postmaster|abuse|support|noreply|no-reply|helpdesk|help|hotline|service-?desk|admin|administrator|webmaster)@",
    re.IGNORECASE,
)
"""Addresses of a site's own people, which a notice names for help."""
_HELP = re.compile(
    r"(?:contact|write to|reach (?:us|me|him|her)|please use|new (?:e-?mail )?address|questions|instead (?:use|write)"
    r"|wenden sie sich|wende dich|kontakt|schreiben sie|schreib an|(?:rück)?fragen|neue (?:e-?mail-)?adresse"
    r"|adressez-vous|écri(?:re|vez) à|nouvelle adresse|póngase|diríjase|escriba a|nueva dirección"
    r"|contatt|rivolg|scriv(?:a|ere|i) a|nuovo indirizzo|contate|entre em|dirija-se|escreva para|novo endereço"
    r"|nieuw(?:e)? (?:e-?mail)?adres|napisz|nowy adres|obra[tť]te se|obráťte sa|обращ|обратит|свяжи|связаться|напишите"
    r"|новый адрес|зверн|зверта|зв.яж|vänd dig|skriv til|ota yhteyttä|forduljon|lépjen|επικοινων"
    r"|連絡|お問い?合わ?せ|联系|聯絡|聯繫|문의)"
    rf"[^.!?。]{{0,100}}?(?P<addr>{ADDRESS})",
    re.IGNORECASE,
)
"""An address that a sentence names for help, or in place of the one that failed."""
MAX_FORM_CHARS = 400
"""Characters of a line that tell its form."""


def blocks_by_lines(notice: Notice, known: set[str], own: set[str], limit: int) -> list[Block]:
    """Give what a notice says of each recipient, by the form of its lines.

    `known` are the addresses that the returned message was for, `own` those that cannot have failed.
    """
    for view in notice.views:
        for expression in _lines():
            loose = expression is _lines()[-1]
            others = own | for_help(view.notice[:LOOKED_AT]) if loose else own
            blocks = [
                block
                for block in blocks_between(view, expression, 0, view.end, limit, whole=loose)
                if block.address and block.address.lower() not in others and not NOBODY.match(block.address)
            ]
            blocks = _alike(blocks, known)
            if blocks:
                return _with_reply(shared(list(_side_by_side(blocks))[:limit]))
    return []


def for_help(text: str) -> set[str]:
    """Give the addresses of a notice to which its reader may turn, in lower case: they did not fail.

    >>> for_help("joe@example.com has left us. Please contact ann@example.com.") == {"ann@example.com"}
    True
    """
    return {(clean(match["addr"]) or "").lower() for match in _HELP.finditer(text)}


def lists_recipient(notice: Notice, own: set[str]) -> bool:
    """Say whether a line begins with an address that can have failed, or a label names one of a foreign domain."""
    domains = {domain_of(address) for address in find_addresses(notice.sender)}
    for view in notice.views:
        for expression in _lines()[:2]:
            for block in blocks_between(view, expression, 0, view.end, 20):
                address = (block.address or "").lower()
                foreign = domain_of(address) not in domains
                if (
                    address
                    and address not in own
                    and not NOBODY.match(address)
                    and (foreign or expression is _lines()[0])
                ):
                    return True
    return False


def _alike(blocks: list[Block], known: set[str]) -> list[Block]:
    """Keep the recipients that the returned message names, and whoever stands in a line of the same form.

    Mail to a list names the list alone, so that a member is known by the form of the line only.
    """
    forms = {_form(block) for block in blocks if (block.address or "").lower() in known}
    return [block for block in blocks if _form(block) in forms] if forms else blocks


def _form(block: Block) -> tuple[str, str]:
    """Give what stands around an address in its line: before it, and the mark behind it."""
    text, address = block.view.text, block.address or ""
    line = text[text.rfind("\n", 0, block.start) + 1 : block.start + len(address) + MAX_FORM_CHARS].partition("\n")[0]
    place = line.lower().find(address.lower())
    before, behind = line[: max(place, 0)], line[place + len(address) :].lstrip("> \t\r'\"]")
    return " ".join(before.split()), behind[:1] if not behind[:1].isalnum() else ""


def _side_by_side(blocks: list[Block]) -> Iterator[Block]:
    """Give each block once for every address of its line: ``to: joe@example.org, ann@example.org``."""
    for block in blocks:
        yield block
        text = block.view.text
        start = text.rfind("\n", 0, block.start) + 1
        place = text.find(block.address or "", start, block.start + MAX_FORM_CHARS)
        match = _NEXT.match(text, place + len(block.address or "")) if place >= 0 else None
        while match is not None:
            yield block._replace(address=clean(match["addr"]))
            match = _NEXT.match(text, match.end())


def shared(blocks: list[Block]) -> list[Block]:
    """Let what stands below a bare list of recipients speak for each of them; else what stands above it."""
    if len(blocks) < 2 or any(block.text.strip() for block in blocks[:-1]):
        return blocks
    last = blocks[-1]
    if not best_reply(last.text) and best_reply(last.view.text[: blocks[0].start]):
        return [block._replace(text="") for block in blocks]
    return [Block(block.address, last.text, last.view, last.start, last.stop) for block in blocks]


def _with_reply(blocks: list[Block]) -> list[Block]:
    """Leave out addresses that are merely mentioned, where others come with a reply: they stand in lines of another form."""
    told = {_form(block) for block in blocks if best_reply(block.text)}
    return [block for block in blocks if _form(block) in told] if told else blocks
