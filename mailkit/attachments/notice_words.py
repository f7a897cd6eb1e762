"""The words of notices, in every language that there is: a table."""

# ruff: noqa: RUF001 - letters of other scripts are what other languages are written in

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Why = Literal[
    "program",
    "script",
    "macro",
    "disguise",
    "shortcut",
    "active",
    "elsewhere",
    "encrypted",
    "unread",
    "large",
    "malformed",
    "other",
]
"""Why a part went, as a person needs to know it."""
WHYS: tuple[Why, ...] = get_args(Why)


class Words(NamedTuple):
    """The sentences of one language. What they speak of is always the part, so that genders agree."""

    head: str
    """Of what may be dangerous."""
    opaque: str
    """Of what went only because it could not be looked at."""
    signed: str
    """Said of a part that is signed as a whole."""
    text: str
    """Said of a text with files in it."""
    name: str
    inside: str
    """Before the names of the files in it for which it went."""
    size: str
    reason: str
    whys: str
    """In the order of `Why`, between bars; nouns, or what agrees with none."""
    comma: str = ", "


LANGUAGES: dict[str, Words] = {
    "en": Words(
        "A part of this message was removed here because it may be dangerous.",
        "A part of this message was removed here because it could not be examined.",
        "The part was signed, so all of it was removed.",
        "The text and the files in it were removed together.",
        "Name: ",
        "Contains: ",
        "Size (bytes): ",
        "Reason: ",
        "program|script|macro|disguised name|shortcut|active content|content from elsewhere|encrypted|could not be read"
        "|too large or too complex|malformed structure|suspicious content",
    ),
    "cs": Words(
        "Zde byla odstraněna část zprávy, protože může být nebezpečná.",
        "Zde byla odstraněna část zprávy, protože ji nebylo možné prověřit.",
        "Tato část byla podepsaná, proto byla odstraněna celá.",
        "Text byl odstraněn společně se soubory, které obsahoval.",
        "Název: ",
        "Obsahuje: ",
        "Velikost (v bajtech): ",
        "Důvod: ",
        "program|skript|makro|zavádějící název|zástupce|aktivní obsah|externí obsah|šifrovaný obsah|nečitelný obsah"
        "|příliš velký nebo složitý obsah|chybná struktura|podezřelý obsah",
    ),
    "da": Words(
        "En del af denne meddelelse er fjernet her, fordi den kan være farlig.",
        "En del af denne meddelelse er fjernet her, fordi den ikke kunne undersøges.",
        "Delen var signeret og er derfor fjernet i sin helhed.",
        "Teksten er fjernet sammen med filerne i den.",
        "Navn: ",
        "Indeholder: ",
        "Størrelse (byte): ",
        "Årsag: ",
        "program|script|makro|vildledende navn|genvej|aktivt indhold|eksternt indhold|krypteret indhold|ulæseligt indhold"
        "|for stort eller for komplekst indhold|ugyldig struktur|mistænkeligt indhold",
    ),
    "de": Words(
        "Hier wurde ein Teil dieser Nachricht entfernt, weil er gefährlich sein könnte.",
        "Hier wurde ein Teil dieser Nachricht entfernt, weil er nicht geprüft werden konnte.",
        "Der Teil war signiert und wurde deshalb als Ganzes entfernt.",
        "Der Text wurde zusammen mit den darin enthaltenen Dateien entfernt.",
        "Name: ",
        "Enthält: ",
        "Größe (Byte): ",
        "Grund: ",
        "Programm|Skript|Makro|irreführender Name|Verknüpfung|aktiver Inhalt|externer Inhalt|verschlüsselter Inhalt"
        "|nicht lesbarer Inhalt|zu großer oder zu komplexer Inhalt|fehlerhafte Struktur|verdächtiger Inhalt",
    ),
    "el": Words(
        "Ένα μέρος του μηνύματος αφαιρέθηκε από εδώ, επειδή ενδέχεται να είναι επικίνδυνο.",
        "Ένα μέρος του μηνύματος αφαιρέθηκε από εδώ, επειδή δεν ήταν δυνατός ο έλεγχός του.",
        "Το μέρος αυτό ήταν υπογεγραμμένο και γι’ αυτό αφαιρέθηκε ολόκληρο.",
        "Το κείμενο αφαιρέθηκε μαζί με τα αρχεία που περιείχε.",
        "Όνομα: ",
        "Περιέχει: ",
        "Μέγεθος (byte): ",
        "Αιτία: ",
        "πρόγραμμα|δέσμη ενεργειών|μακροεντολή|παραπλανητικό όνομα|συντόμευση|ενεργό περιεχόμενο|εξωτερικό περιεχόμενο"
        "|κρυπτογραφημένο περιεχόμενο|μη αναγνώσιμο περιεχόμενο|πολύ μεγάλο ή πολύ σύνθετο περιεχόμενο|μη έγκυρη δομή"
        "|ύποπτο περιεχόμενο",
    ),
    "es": Words(
        "Aquí se ha eliminado una parte de este mensaje porque podría ser peligrosa.",
        "Aquí se ha eliminado una parte de este mensaje porque no se ha podido analizar.",
        "La parte estaba firmada, por lo que se ha eliminado por completo.",
        "El texto se ha eliminado junto con los archivos que contenía.",
        "Nombre: ",
        "Contiene: ",
        "Tamaño (bytes): ",
        "Motivo: ",
        "programa|script|macro|nombre engañoso|acceso directo|contenido activo|contenido externo|contenido cifrado"
        "|contenido ilegible|contenido demasiado grande o complejo|estructura no válida|contenido sospechoso",
    ),
    "fi": Words(
        "Tästä on poistettu viestin osa, koska se voi olla vaarallinen.",
        "Tästä on poistettu viestin osa, koska sitä ei voitu tarkistaa.",
        "Osa oli allekirjoitettu, joten se poistettiin kokonaan.",
        "Teksti poistettiin yhdessä siinä olleiden tiedostojen kanssa.",
        "Nimi: ",
        "Sisältää: ",
        "Koko (tavua): ",
        "Syy: ",
        "ohjelma|komentosarja|makro|harhaanjohtava nimi|pikakuvake|aktiivinen sisältö|ulkoinen sisältö|salattu sisältö"
        "|lukukelvoton sisältö|liian suuri tai liian monimutkainen sisältö|virheellinen rakenne|epäilyttävä sisältö",
    ),
    "fr": Words(
        "Une partie de ce message a été supprimée ici, car elle pourrait être dangereuse.",
        "Une partie de ce message a été supprimée ici, car elle n’a pas pu être analysée.",
        "Cette partie était signée et a donc été supprimée en entier.",
        "Le texte a été supprimé avec les fichiers qu’il contenait.",
        "Nom\xa0: ",
        "Contient\xa0: ",
        "Taille (octets)\xa0: ",
        "Motif\xa0: ",
        "programme|script|macro|nom trompeur|raccourci|contenu actif|contenu externe|contenu chiffré|contenu illisible"
        "|contenu trop volumineux ou trop complexe|structure non valide|contenu suspect",
    ),
    "hu": Words(
        "Innen eltávolítottuk az üzenet egy részét, mert veszélyes lehet.",
        "Innen eltávolítottuk az üzenet egy részét, mert nem lehetett megvizsgálni.",
        "Ez a rész alá volt írva, ezért teljes egészében eltávolítottuk.",
        "A szöveget a benne lévő fájlokkal együtt eltávolítottuk.",
        "Név: ",
        "Benne található: ",
        "Méret (bájt): ",
        "Ok: ",
        "program|parancsfájl|makró|megtévesztő név|parancsikon|aktív tartalom|külső tartalom|titkosított tartalom"
        "|olvashatatlan tartalom|túl nagy vagy túl összetett tartalom|hibás szerkezet|gyanús tartalom",
    ),
    "it": Words(
        "Qui è stata rimossa una parte del messaggio perché potrebbe essere pericolosa.",
        "Qui è stata rimossa una parte del messaggio perché non è stato possibile esaminarla.",
        "La parte era firmata, perciò è stata rimossa per intero.",
        "Il testo è stato rimosso insieme ai file che conteneva.",
        "Nome: ",
        "Contiene: ",
        "Dimensione (byte): ",
        "Motivo: ",
        "programma|script|macro|nome ingannevole|collegamento|contenuto attivo|contenuto esterno|contenuto cifrato"
        "|contenuto illeggibile|contenuto troppo grande o complesso|struttura non valida|contenuto sospetto",
    ),
    "ja": Words(
        "危険な可能性があるため、ここにあったメッセージの一部を削除しました。",
        "検査できなかったため、ここにあったメッセージの一部を削除しました。",
        "署名されていたため、その部分全体を削除しました。",
        "テキストは、その中のファイルとともに削除しました。",
        "名前: ",
        "含まれるファイル: ",
        "サイズ (バイト): ",
        "理由: ",
        "プログラム|スクリプト|マクロ|偽装された名前|ショートカット|アクティブ コンテンツ|外部コンテンツ|暗号化された内容"
        "|読み取れない内容|大きすぎるか複雑すぎる内容|不正な構造|不審な内容",
        "、",
    ),
    "ko": Words(
        "위험할 수 있어 여기에 있던 메시지의 일부를 삭제했습니다.",
        "검사할 수 없어 여기에 있던 메시지의 일부를 삭제했습니다.",
        "서명된 부분이므로 그 전체를 삭제했습니다.",
        "텍스트를 그 안의 파일과 함께 삭제했습니다.",
        "이름: ",
        "포함된 파일: ",
        "크기(바이트): ",
        "사유: ",
        "프로그램|스크립트|매크로|위장된 이름|바로 가기|액티브 콘텐츠|외부 콘텐츠|암호화된 내용|읽을 수 없는 내용"
        "|너무 크거나 복잡한 내용|잘못된 구조|의심스러운 내용",
    ),
    "nl": Words(
        "Hier is een deel van dit bericht verwijderd, omdat het gevaarlijk kan zijn.",
        "Hier is een deel van dit bericht verwijderd, omdat het niet kon worden gecontroleerd.",
        "Het deel was ondertekend en is daarom in zijn geheel verwijderd.",
        "De tekst is samen met de bestanden erin verwijderd.",
        "Naam: ",
        "Bevat: ",
        "Grootte (bytes): ",
        "Reden: ",
        "programma|script|macro|misleidende naam|snelkoppeling|actieve inhoud|externe inhoud|versleutelde inhoud"
        "|onleesbare inhoud|te grote of te complexe inhoud|ongeldige structuur|verdachte inhoud",
    ),
    "pl": Words(
        "Usunięto stąd część tej wiadomości, ponieważ może być niebezpieczna.",
        "Usunięto stąd część tej wiadomości, ponieważ nie można było jej sprawdzić.",
        "Ta część była podpisana, dlatego usunięto ją w całości.",
        "Tekst usunięto wraz z zawartymi w nim plikami.",
        "Nazwa: ",
        "Zawiera: ",
        "Rozmiar (w bajtach): ",
        "Powód: ",
        "program|skrypt|makro|myląca nazwa|skrót|aktywna zawartość|zewnętrzna zawartość|zaszyfrowana zawartość"
        "|nieczytelna zawartość|zbyt duża lub zbyt złożona zawartość|nieprawidłowa struktura|podejrzana zawartość",
    ),
    "pt": Words(
        "Uma parte desta mensagem foi removida daqui porque pode ser perigosa.",
        "Uma parte desta mensagem foi removida daqui porque não pôde ser examinada.",
        "A parte estava assinada e, por isso, foi removida por inteiro.",
        "O texto foi removido juntamente com os anexos nele contidos.",
        "Nome: ",
        "Contém: ",
        "Tamanho (bytes): ",
        "Motivo: ",
        "programa|script|macro|nome enganoso|atalho|conteúdo ativo|conteúdo externo|conteúdo cifrado|conteúdo ilegível"
        "|conteúdo demasiado grande ou complexo|estrutura inválida|conteúdo suspeito",
    ),
    "ru": Words(
        "Здесь была удалена часть сообщения, так как она может быть опасна.",
        "Здесь была удалена часть сообщения, так как её не удалось проверить.",
        "Эта часть была подписана, поэтому она удалена целиком.",
        "Текст удалён вместе с содержавшимися в нём файлами.",
        "Имя: ",
        "Содержит: ",
        "Размер (в байтах): ",
        "Причина: ",
        "программа|скрипт|макрос|имя, вводящее в заблуждение|ярлык|активное содержимое|внешнее содержимое"
        "|зашифрованное содержимое|нечитаемое содержимое|слишком большое или слишком сложное содержимое"
        "|некорректная структура|подозрительное содержимое",
        "; ",
    ),
    "sv": Words(
        "En del av detta meddelande har tagits bort här, eftersom den kan vara farlig.",
        "En del av detta meddelande har tagits bort här, eftersom den inte kunde undersökas.",
        "Delen var signerad och har därför tagits bort i sin helhet.",
        "Texten har tagits bort tillsammans med filerna i den.",
        "Namn: ",
        "Innehåller: ",
        "Storlek (byte): ",
        "Orsak: ",
        "program|skript|makro|vilseledande namn|genväg|aktivt innehåll|externt innehåll|krypterat innehåll"
        "|oläsbart innehåll|för stort eller för komplext innehåll|felaktig struktur|misstänkt innehåll",
    ),
    "tr": Words(
        "Bu iletinin bir bölümü, tehlikeli olabileceği için buradan kaldırıldı.",
        "Bu iletinin bir bölümü, incelenemediği için buradan kaldırıldı.",
        "Bu bölüm imzalı olduğu için bütünüyle kaldırıldı.",
        "Metin, içindeki dosyalarla birlikte kaldırıldı.",
        "Ad: ",
        "İçindekiler: ",
        "Boyut (bayt): ",
        "Neden: ",
        "program|betik|makro|yanıltıcı ad|kısayol|etkin içerik|harici içerik|şifreli içerik|okunamayan içerik"
        "|çok büyük veya çok karmaşık içerik|geçersiz yapı|şüpheli içerik",
    ),
    "uk": Words(
        "Тут було вилучено частину повідомлення, оскільки вона може бути небезпечною.",
        "Тут було вилучено частину повідомлення, оскільки її не вдалося перевірити.",
        "Ця частина була підписана, тому її вилучено повністю.",
        "Текст вилучено разом із файлами, що містилися в ньому.",
        "Назва: ",
        "Містить: ",
        "Розмір (у байтах): ",
        "Причина: ",
        "програма|скрипт|макрос|оманлива назва|ярлик|активний вміст|зовнішній вміст|зашифрований вміст|нечитабельний вміст"
        "|завеликий або надто складний вміст|некоректна структура|підозрілий вміст",
    ),
    "zh": Words(
        "此处的部分邮件内容可能有危险，已被移除。",
        "此处的部分邮件内容无法检查，已被移除。",
        "该部分带有签名，因此已整体移除。",
        "该文本已连同其中的文件一并移除。",
        "名称：",
        "包含：",
        "大小（字节）：",
        "原因：",
        "程序|脚本|宏|伪装的名称|快捷方式|活动内容|外部内容|加密内容|无法读取的内容|过大或过于复杂的内容|无效结构|可疑内容",
        "、",
    ),
}
"""Language (BCP 47, the first subtag) -> its words."""
