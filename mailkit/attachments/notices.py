"""What is written in the place of a part that was taken out: in English, and in the language of the site."""

# ruff: noqa: RUF001 - letters of other scripts are what other languages are written in

from __future__ import annotations

from typing import NamedTuple

from mailkit.attachments.printable import printable

NAME_CHARACTERS = 100
"""Of a name, as much is told; the sender chose it."""


class Words(NamedTuple):
    """The sentences of one language."""

    head: str
    name: str
    size: str
    """With {bytes}."""
    reason: str


LANGUAGES: dict[str, Words] = {
    "en": Words("An attachment was removed here because it may be dangerous.", "Name", "Size: {bytes} bytes", "Found"),
    "cs": Words(
        "Zde byla odstraněna příloha, protože může být nebezpečná.", "Název", "Velikost: {bytes} bajtů", "Nález"
    ),
    "da": Words(
        "En vedhæftet fil er fjernet her, fordi den kan være farlig.", "Navn", "Størrelse: {bytes} byte", "Fundet"
    ),
    "de": Words(
        "Hier wurde ein Anhang entfernt, weil er gefährlich sein kann.", "Name", "Größe: {bytes} Byte", "Befund"
    ),
    "el": Words(
        "Ένα συνημμένο αφαιρέθηκε από εδώ, επειδή μπορεί να είναι επικίνδυνο.",
        "Όνομα",
        "Μέγεθος: {bytes} byte",
        "Εύρημα",
    ),
    "es": Words(
        "Aquí se ha eliminado un archivo adjunto porque puede ser peligroso.",
        "Nombre",
        "Tamaño: {bytes} bytes",
        "Hallazgo",
    ),
    "fi": Words("Tästä on poistettu liite, koska se voi olla vaarallinen.", "Nimi", "Koko: {bytes} tavua", "Löydös"),
    "fr": Words(
        "Une pièce jointe a été retirée ici, car elle peut être dangereuse.",
        "Nom",
        "Taille : {bytes} octets",
        "Constat",
    ),
    "hu": Words("Innen egy mellékletet eltávolítottunk, mert veszélyes lehet.", "Név", "Méret: {bytes} bájt", "Ok"),
    "it": Words(
        "Qui è stato rimosso un allegato, perché può essere pericoloso.", "Nome", "Dimensione: {bytes} byte", "Trovato"
    ),
    "ja": Words(
        "危険なおそれがあるため、ここにあった添付ファイルを削除しました。", "名前", "サイズ: {bytes} バイト", "理由"
    ),
    "ko": Words("위험할 수 있어 여기에 있던 첨부 파일을 삭제했습니다.", "이름", "크기: {bytes}바이트", "이유"),
    "nl": Words(
        "Hier is een bijlage verwijderd, omdat die gevaarlijk kan zijn.", "Naam", "Grootte: {bytes} bytes", "Gevonden"
    ),
    "pl": Words(
        "Usunięto stąd załącznik, ponieważ może być niebezpieczny.", "Nazwa", "Rozmiar: {bytes} bajtów", "Znaleziono"
    ),
    "pt": Words("Um anexo foi removido daqui porque pode ser perigoso.", "Nome", "Tamanho: {bytes} bytes", "Achado"),
    "ru": Words(
        "Здесь было удалено вложение, так как оно может быть опасным.", "Имя", "Размер: {bytes} байт", "Обнаружено"
    ),
    "sv": Words(
        "En bilaga har tagits bort här, eftersom den kan vara farlig.", "Namn", "Storlek: {bytes} byte", "Fynd"
    ),
    "tr": Words("Tehlikeli olabileceği için buradaki ek kaldırıldı.", "Ad", "Boyut: {bytes} bayt", "Bulgu"),
    "uk": Words(
        "Тут було вилучено вкладення, бо воно може бути небезпечним.", "Назва", "Розмір: {bytes} байт", "Виявлено"
    ),
    "zh": Words("此处的附件可能有危险，已被移除。", "名称", "大小：{bytes} 字节", "原因"),
}
"""Language (BCP 47, the first subtag) -> its words."""


def notice_text(name: str | None, size: int, found: tuple[str, ...], languages: tuple[str, ...]) -> str:
    r"""Give the text of a notice, one paragraph a language; the name is fit to be printed, and cut.

    >>> print(notice_text("a\u202egnp.exe", 1024, ("EXT_EXECUTABLE",), ("en",)), end="")
    An attachment was removed here because it may be dangerous.
    Name: a<U+202E>gnp.exe
    Size: 1024 bytes
    Found: EXT_EXECUTABLE
    """
    return "\n".join(_paragraph(LANGUAGES[language], name, size, found) for language in languages)


def _paragraph(words: Words, name: str | None, size: int, found: tuple[str, ...]) -> str:
    lines = [words.head]
    if name:
        lines.append(f"{words.name}: {printable(name, NAME_CHARACTERS)}")
    return "\n".join([*lines, words.size.format(bytes=size), f"{words.reason}: {', '.join(found)}", ""])
