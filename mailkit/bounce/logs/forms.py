"""The forms of logs, one row each: by which program or by which look its lines are known, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mailkit.bounce.logs import columns, exim, haraka, kumomta, opensmtpd, postfix, qmail, sendmail
from mailkit.bounce.logs.attempt import FormName, Told
from mailkit.bounce.logs.head import Head
from mailkit.bounce.logs.memory import Memory

MAX_TAGS = 1_000
"""Names of programs whose form is remembered."""


class Form(NamedTuple):
    """One kind of log."""

    name: FormName
    read: Callable[[Head, Memory], list[Told]]
    tags: tuple[str, ...] = ()
    """Programs whose lines are all of this form; ``-`` and digits may follow."""
    fits: Callable[[str], bool] | None = None
    """Whether a line of an unknown program, or of none, looks like it."""
    fits_value: Callable[[dict[str, object]], bool] | None = None
    """Whether an object does."""


FORMS: tuple[Form, ...] = (
    Form("postfix", postfix.read, fits=postfix.fits),
    Form("exim", exim.read, tags=("exim", "exim4"), fits=exim.fits),
    Form("sendmail", sendmail.read, tags=sendmail.TAGS, fits=sendmail.fits),
    Form("qmail", qmail.read, tags=("qmail", "qmail-send"), fits=qmail.fits),
    Form("opensmtpd", opensmtpd.read, tags=("smtpd",), fits=opensmtpd.fits),
    Form("haraka", haraka.read, tags=("haraka",), fits=haraka.fits, fits_value=haraka.fits_value),
    Form("powermta", columns.read_powermta, fits=columns.fits_powermta),
    Form("exchange", columns.read_exchange, fits=columns.fits_exchange),
    Form("kumomta", kumomta.read, fits_value=kumomta.fits_value),
)
BY_NAME: dict[str, Form] = {form.name: form for form in FORMS}


class Sniffer:
    """Says of which form a line is."""

    def __init__(self) -> None:
        self._known: dict[str, Form | None] = {}

    def form_of(self, head: Head) -> Form | None:
        """Give the form of a line; None where no form reads it."""
        if head.tag:
            form = self._by_tag(head.tag)
            if form is not None:
                return form
        if head.value is not None:
            value = head.value
            return next((form for form in FORMS if form.fits_value and form.fits_value(value)), None)
        return next((form for form in FORMS if form.fits and form.fits(head.body)), None)

    def _by_tag(self, tag: str) -> Form | None:
        if tag in self._known:
            return self._known[tag]
        form = _named(tag)
        if len(self._known) < MAX_TAGS:
            self._known[tag] = form
        return form


def _named(tag: str) -> Form | None:
    """Give the form of a program: ``postfix/smtp``, ``postfix-out/qmgr``, ``sm-mta``, ``exim4``."""
    above, slash, program = tag.rpartition("/")
    if slash and above and program in postfix.SERVICES:
        return BY_NAME["postfix"]
    name = program.lower()
    return next((form for form in FORMS if name in form.tags or name.partition("-")[0] in form.tags), None)
