"""What is written in the place of a part that was taken out: in English, and in the language of the site."""

# ruff: noqa: RUF001 - letters of other scripts are what other languages are written in

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailkit.attachments.printable import printable

NAME_CHARACTERS = 100
"""Of a name, as much is told; the sender chose it."""


class Words(NamedTuple):
    """The sentences of one language."""

    head: str
    """Of what may be dangerous."""
    opaque: str
    """Of what went only because it could not be looked at."""
    name: str
    size: str
    """With {bytes}."""
    reason: str


LANGUAGES: dict[str, Words] = {
    "en": Words(
        "A part of this message was removed here because it may be dangerous.",
        "A part of this message was removed here because it could not be examined.",
        "Name: ",
        "Size: {bytes} bytes",
        "Found: ",
    ),
    "cs": Words(
        "Zde byla odstraněna část zprávy, protože může být nebezpečná.",
        "Zde byla odstraněna část zprávy, protože ji nebylo možné prověřit.",
        "Název: ",
        "Velikost: {bytes} bajtů",
        "Nález: ",
    ),
    "da": Words(
        "En del af denne meddelelse er fjernet her, fordi den kan være farlig.",
        "En del af denne meddelelse er fjernet her, fordi den ikke kunne undersøges.",
        "Navn: ",
        "Størrelse: {bytes} byte",
        "Fundet: ",
    ),
    "de": Words(
        "Hier wurde ein Teil dieser Nachricht entfernt, weil er gefährlich sein kann.",
        "Hier wurde ein Teil dieser Nachricht entfernt, weil er nicht geprüft werden konnte.",
        "Name: ",
        "Größe: {bytes} Byte",
        "Befund: ",
    ),
    "el": Words(
        "Ένα μέρος του μηνύματος αφαιρέθηκε από εδώ, επειδή μπορεί να είναι επικίνδυνο.",
        "Ένα μέρος του μηνύματος αφαιρέθηκε από εδώ, επειδή δεν ήταν δυνατό να ελεγχθεί.",
        "Όνομα: ",
        "Μέγεθος: {bytes} byte",
        "Εύρημα: ",
    ),
    "es": Words(
        "Aquí se ha eliminado una parte de este mensaje porque puede ser peligrosa.",
        "Aquí se ha eliminado una parte de este mensaje porque no se pudo examinar.",
        "Nombre: ",
        "Tamaño: {bytes} bytes",
        "Hallazgo: ",
    ),
    "fi": Words(
        "Tästä on poistettu viestin osa, koska se voi olla vaarallinen.",
        "Tästä on poistettu viestin osa, koska sitä ei voitu tarkistaa.",
        "Nimi: ",
        "Koko: {bytes} tavua",
        "Löydös: ",
    ),
    "fr": Words(
        "Une partie de ce message a été retirée ici, car elle peut être dangereuse.",
        "Une partie de ce message a été retirée ici, car elle n’a pas pu être examinée.",
        "Nom\xa0: ",
        "Taille\xa0: {bytes} octets",
        "Constat\xa0: ",
    ),
    "hu": Words(
        "Innen eltávolítottuk az üzenet egy részét, mert veszélyes lehet.",
        "Innen eltávolítottuk az üzenet egy részét, mert nem lehetett megvizsgálni.",
        "Név: ",
        "Méret: {bytes} bájt",
        "Ok: ",
    ),
    "it": Words(
        "Qui è stata rimossa una parte del messaggio, perché può essere pericolosa.",
        "Qui è stata rimossa una parte del messaggio, perché non è stato possibile esaminarla.",
        "Nome: ",
        "Dimensione: {bytes} byte",
        "Trovato: ",
    ),
    "ja": Words(
        "危険なおそれがあるため、ここにあったメッセージの一部を削除しました。",
        "検査できなかったため、ここにあったメッセージの一部を削除しました。",
        "名前: ",
        "サイズ: {bytes} バイト",
        "理由: ",
    ),
    "ko": Words(
        "위험할 수 있어 여기에 있던 메시지의 일부를 삭제했습니다.",
        "검사할 수 없어 여기에 있던 메시지의 일부를 삭제했습니다.",
        "이름: ",
        "크기: {bytes}바이트",
        "이유: ",
    ),
    "nl": Words(
        "Hier is een deel van dit bericht verwijderd, omdat het gevaarlijk kan zijn.",
        "Hier is een deel van dit bericht verwijderd, omdat het niet kon worden onderzocht.",
        "Naam: ",
        "Grootte: {bytes} bytes",
        "Gevonden: ",
    ),
    "pl": Words(
        "Usunięto stąd część tej wiadomości, ponieważ może być niebezpieczna.",
        "Usunięto stąd część tej wiadomości, ponieważ nie można było jej sprawdzić.",
        "Nazwa: ",
        "Rozmiar: {bytes} bajtów",
        "Znaleziono: ",
    ),
    "pt": Words(
        "Uma parte desta mensagem foi removida daqui porque pode ser perigosa.",
        "Uma parte desta mensagem foi removida daqui porque não pôde ser examinada.",
        "Nome: ",
        "Tamanho: {bytes} bytes",
        "Achado: ",
    ),
    "ru": Words(
        "Здесь была удалена часть сообщения, так как она может быть опасной.",
        "Здесь была удалена часть сообщения, так как её не удалось проверить.",
        "Имя: ",
        "Размер: {bytes} байт",
        "Обнаружено: ",
    ),
    "sv": Words(
        "En del av detta meddelande har tagits bort här, eftersom den kan vara farlig.",
        "En del av detta meddelande har tagits bort här, eftersom den inte kunde undersökas.",
        "Namn: ",
        "Storlek: {bytes} byte",
        "Fynd: ",
    ),
    "tr": Words(
        "Bu iletinin bir bölümü, tehlikeli olabileceği için buradan kaldırıldı.",
        "Bu iletinin bir bölümü, incelenemediği için buradan kaldırıldı.",
        "Ad: ",
        "Boyut: {bytes} bayt",
        "Bulgu: ",
    ),
    "uk": Words(
        "Тут було вилучено частину повідомлення, бо вона може бути небезпечною.",
        "Тут було вилучено частину повідомлення, бо її не вдалося перевірити.",
        "Назва: ",
        "Розмір: {bytes} байт",
        "Виявлено: ",
    ),
    "zh": Words(
        "此处的部分邮件内容可能有危险，已被移除。",
        "此处的部分邮件内容无法检查，已被移除。",
        "名称：",
        "大小：{bytes} 字节",
        "原因：",
    ),
}
"""Language (BCP 47, the first subtag) -> its words."""


class Notice(NamedTuple):
    """What a notice tells."""

    name: str | None
    size: int | None
    """Bytes of the file, decoded; None where nobody knows."""
    found: tuple[str, ...]
    is_opaque: bool = False
    """Whether it went only because it could not be looked at."""


def known_languages(wanted: Sequence[str] | str) -> tuple[str, ...]:
    """Give the languages of some tags, each once: case, region and script do not matter. Raises ValueError.

    >>> known_languages("de-AT,EN"), known_languages(("zh_TW", "zh-Hans"))
    (('de', 'en'), ('zh',))
    """
    words = [word.strip() for text in ([wanted] if isinstance(wanted, str) else wanted) for word in text.split(",")]
    found = {word.replace("_", "-").partition("-")[0].lower(): word for word in words}
    unknown = [word for language, word in found.items() if language not in LANGUAGES]
    if unknown or not found:
        wrong = f"there is no notice in {unknown[0]!r}" if unknown else "no language is named"
        message = f"{wrong}; give one or more of {', '.join(LANGUAGES)}"
        raise ValueError(message)
    return tuple(found)


def notice_text(notice: Notice, languages: tuple[str, ...]) -> str:
    r"""Give the text of a notice, one paragraph a language; the name is fit to be printed, and cut.

    >>> print(notice_text(Notice("a\u202egnp.exe", 1024, ("EXT_EXECUTABLE",)), ("en",)), end="")
    A part of this message was removed here because it may be dangerous.
    Name: a<U+202E>gnp.exe
    Size: 1024 bytes
    Found: EXT_EXECUTABLE
    """
    return "\n".join(_paragraph(LANGUAGES[language], notice) for language in languages)


def _paragraph(words: Words, notice: Notice) -> str:
    lines = [words.opaque if notice.is_opaque else words.head]
    if notice.name:
        lines.append(words.name + printable(notice.name, NAME_CHARACTERS))
    if notice.size is not None:
        lines.append(words.size.format(bytes=notice.size))
    return "\n".join([*lines, words.reason + ", ".join(notice.found), ""])
