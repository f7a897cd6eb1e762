"""Group K: the mail of every day in many languages. Whatever is said of it is a false alarm."""

# ruff: noqa: RUF001 - names and letters in the scripts of their languages

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import quote

from corpora.attachments import benign_files as files
from corpora.attachments.mime import Case, attachment, b64, multipart, octets, part, raw

WORDS = {
    "de": (
        "Unterlagen",
        "Guten Tag,\n\nanbei wie besprochen die Unterlagen.\n\nMit freundlichen Grüßen\nDora Marlow\n",
    ),
    "en": ("Documents", "Good morning,\n\nplease find the documents attached.\n\nKind regards\nDora Marlow\n"),
    "fr": ("Documents demandés", "Bonjour,\n\nveuillez trouver ci-joint les documents.\n\nBien à vous\nDora Marlow\n"),
    "es": ("Documentación", "Buenos días:\n\nle envío adjunta la documentación.\n\nUn saludo\nDora Marlow\n"),
    "it": ("Documenti", "Buongiorno,\n\nin allegato i documenti richiesti.\n\nCordiali saluti\nDora Marlow\n"),
    "pt": ("Documentação", "Bom dia,\n\nsegue em anexo a documentação.\n\nCumprimentos\nDora Marlow\n"),
    "nl": ("Stukken", "Goedemorgen,\n\nbijgaand de stukken.\n\nMet vriendelijke groet\nDora Marlow\n"),
    "sv": ("Underlag", "Hej!\n\nUnderlaget är bifogat.\n\nVänliga hälsningar\nDora Marlow\n"),
    "pl": ("Dokumenty", "Dzień dobry,\n\nw załączniku przesyłam dokumenty.\n\nPozdrawiam\nDora Marlow\n"),
    "cs": ("Podklady", "Dobrý den,\n\nv příloze posílám podklady.\n\nS pozdravem\nDora Marlow\n"),
    "hu": ("Iratok", "Jó napot!\n\nMellékelve küldöm az iratokat.\n\nÜdvözlettel\nDora Marlow\n"),
    "ru": ("Документы", "Добрый день!\n\nДокументы во вложении.\n\nС уважением\nДора Марлоу\n"),
    "uk": ("Документи", "Доброго дня!\n\nДокументи у вкладенні.\n\nЗ повагою\nДора Марлоу\n"),
    "el": ("Έγγραφα", "Καλημέρα,\n\nσας στέλνω τα έγγραφα.\n\nΜε εκτίμηση\nΝτόρα Μάρλοου\n"),
    "tr": ("Belgeler", "Günaydın,\n\nbelgeler ektedir.\n\nSaygılarımla\nDora Marlow\n"),
    "he": ("מסמכים", "שלום רב,\n\nהמסמכים מצורפים.\n\nבברכה\nדורה\n"),
    "ar": ("المستندات", "صباح الخير،\n\nتجدون المستندات مرفقة.\n\nمع التحية\nدورا\n"),
    "hi": ("दस्तावेज़", "नमस्ते,\n\nदस्तावेज़ संलग्न हैं।\n\nसादर\nडोरा\n"),
    "th": ("เอกสาร", "สวัสดีค่ะ\n\nส่งเอกสารตามที่แนบมา\n\nขอบคุณค่ะ\nโดรา\n"),
    "zh": ("文件", "您好：\n\n附件是您要的文件。\n\n此致\n朵拉\n"),
    "ja": ("資料の件", "お世話になっております。\n\n資料を添付いたします。\n\nよろしくお願いいたします。\nドラ\n"),
    "ko": ("자료", "안녕하세요.\n\n자료를 첨부합니다.\n\n감사합니다.\n도라\n"),
    "vi": ("Tài liệu", "Xin chào,\n\ntôi gửi kèm tài liệu.\n\nTrân trọng\nDora\n"),
}
"""Language -> subject and letter."""
Maker = Callable[[str], bytes]
APP = "application/"
OPEN = APP + "vnd.openxmlformats-officedocument."
KINDS: dict[str, tuple[str, Maker]] = {
    "pdf": (APP + "pdf", files.pdf),
    "pdf-links": (APP + "pdf", files.pdf_links),
    "pdf-form": (APP + "pdf", files.pdf_form),
    "pdf-open": (APP + "pdf", files.pdf_open),
    "zugferd": (APP + "pdf", files.zugferd),
    "docx": (OPEN + "wordprocessingml.document", files.docx),
    "docx-links": (OPEN + "wordprocessingml.document", files.docx_links),
    "docx-fields": (OPEN + "wordprocessingml.document", files.docx_fields),
    "xlsx": (OPEN + "spreadsheetml.sheet", files.xlsx),
    "pptx": (OPEN + "presentationml.presentation", files.pptx),
    "odt": (APP + "vnd.oasis.opendocument.text", files.odt),
    "ods": (APP + "vnd.oasis.opendocument.spreadsheet", files.ods),
    "doc": (APP + "msword", files.doc),
    "xls": (APP + "vnd.ms-excel", files.xls),
    "rtf": ("text/rtf", files.rtf),
    "jpg": ("image/jpeg", lambda text: files.jpeg(text.encode())),
    "png": ("image/png", lambda _: files.png()),
    "gif": ("image/gif", lambda _: files.gif()),
    "bmp": ("image/bmp", files.bmp),
    "tiff": ("image/tiff", files.tiff),
    "svg": ("image/svg+xml", files.svg),
    "wav": ("audio/x-wav", files.wav),
    "mp4": ("video/mp4", files.mp4),
    "txt": ("text/plain; charset=utf-8", files.text_file),
    "csv": ("text/csv; charset=utf-8", files.csv),
    "log": ("text/plain", files.log),
    "sql": (APP + "sql", files.sql),
    "patch": ("text/x-patch", files.patch),
    "xml": (APP + "xml", files.xml),
    "html": ("text/html; charset=utf-8", files.html),
    "html-plain": ("text/html; charset=utf-8", files.html_plain),
    "ics": ("text/calendar; charset=utf-8; method=REQUEST", files.ics),
    "vcf": ("text/vcard; charset=utf-8", files.vcf),
    "zip": (APP + "zip", files.zipped),
    "targz": (APP + "gzip", files.sources),
    "gz": (APP + "gzip", files.gz_log),
    "crt": (APP + "x-x509-ca-cert", files.pem),
    "mat": (APP + "x-matlab-data", files.mat),
    "epub": (APP + "epub+zip", files.epub),
    "octets": (APP + "octet-stream", files.pdf),
}
"""What is attached -> its media type and how it is made."""

# Case, language, name of the file, what it is, how the name is written.
LETTERS: list[tuple[str, str, str, str, str]] = [
    ("K-de-rechnung", "de", "Rechnung_2024-06-04.pdf", "pdf", "plain"),
    ("K-de-zugferd", "de", "Rechnung Nr. 4711.pdf", "zugferd", "plain"),
    ("K-de-umlaut", "de", "Prüfbericht Straße Süd.docx", "docx-links", "2231"),
    ("K-de-abkuerzung", "de", "Protokoll d. Mitgliedervers. v. 12.03.2024.odt", "odt", "plain"),
    ("K-de-zerlegt", "de", unicodedata.normalize("NFD", "Müllers Überweisung.xlsx"), "xlsx", "2231"),
    ("K-de-latin1", "de", "Änderungsantrag.doc", "doc", "latin-1"),
    ("K-de-kontakte", "de", "Kontakte (Stand 1.6.).csv", "csv", "plain"),
    ("K-en-version", "en", "minutes v1.2 final (2).docx", "docx-fields", "plain"),
    ("K-en-apostrophe", "en", "Dora's notes.txt", "txt", "plain"),
    ("K-en-curly-apostrophe", "en", "Dora\u2019s notes \u2013 draft.pdf", "pdf-links", "2231"),
    ("K-en-ampersand", "en", "Smith & Co. [signed].pdf", "pdf-form", "plain"),
    ("K-en-domain", "en", "www.example.com", "txt", "plain"),
    ("K-en-sources", "en", "tool-1.4.2.tar.gz", "targz", "plain"),
    ("K-en-patch", "en", "0001-fix-the-build.patch", "patch", "plain"),
    ("K-en-log", "en", "backup.2024-06-04.log", "log", "plain"),
    ("K-en-log-gz", "en", "backup.log.1.gz", "gz", "plain"),
    ("K-en-report", "en", "weekly-report.html", "html", "plain"),
    ("K-en-page", "en", "page.htm", "html-plain", "plain"),
    ("K-en-logo", "en", "logo.svg", "svg", "plain"),
    ("K-en-card", "en", "Dora Marlow.vcf", "vcf", "plain"),
    ("K-en-dump", "en", "db.2024-06-04.sql", "sql", "plain"),
    ("K-en-certificate", "en", "mail.example.com.crt", "crt", "plain"),
    ("K-en-certificate-pem", "en", "chain.pem", "crt", "plain"),
    ("K-en-matlab", "en", "run_17.mat", "mat", "plain"),
    ("K-en-book", "en", "handbook.epub", "epub", "plain"),
    ("K-en-deck", "en", "Q2 review.pptx", "pptx", "plain"),
    ("K-en-voice", "en", "voicemail.wav", "wav", "plain"),
    ("K-en-film", "en", "IMG_2231.MP4", "mp4", "plain"),
    ("K-en-scan", "en", "scan0001.tif", "tiff", "plain"),
    ("K-en-bitmap", "en", "screenshot.bmp", "bmp", "plain"),
    ("K-en-camera", "en", "IMG_20240604_091200.jpg", "jpg", "plain"),
    ("K-en-no-type", "en", "Contract.PDF", "octets", "plain"),
    ("K-en-data", "en", "export.xml", "xml", "plain"),
    ("K-en-zip", "en", "documents.zip", "zip", "plain"),
    ("K-en-letter-rtf", "en", "letter.rtf", "rtf", "plain"),
    ("K-en-emoji", "en", "🎉 party.jpg", "jpg", "2231"),
    ("K-en-emoji-family", "en", "👨\u200d👩\u200d👧 holiday.png", "png", "2231"),
    ("K-en-emoji-flag", "en", "🏳\ufe0f\u200d🌈 parade 🇩🇪.png", "png", "2047"),
    ("K-en-emoji-skin", "en", "thanks 👍🏽.gif", "gif", "utf8"),
    ("K-fr-facture", "fr", "Facture n° 2024-118.pdf", "pdf", "2047"),
    ("K-fr-apostrophe", "fr", "Procès-verbal de l'assemblée générale.docx", "docx", "2231"),
    ("K-fr-guillemets", "fr", "« Été » – affiche.png", "png", "2047"),
    ("K-fr-oe", "fr", "Cœur et sœurs.odt", "odt", "utf8"),
    ("K-fr-devis", "fr", "Devis (révisé) 1.234,50 €.xlsx", "xlsx", "2231"),
    ("K-es-factura", "es", "Factura año 2024.pdf", "pdf-open", "2231"),
    ("K-es-pregunta", "es", "¿Qué hacer¡.docx", "docx", "2047"),
    ("K-es-acta", "es", "Acta n.º 3 - reunión.odt", "odt", "utf8"),
    ("K-es-foto", "es", "Mañana en la playa.jpg", "jpg", "2047"),
    ("K-it-fattura", "it", "Fattura n. 12 del 31.05.2024.pdf", "pdf", "plain"),
    ("K-it-citta", "it", "Città e università.pptx", "pptx", "2231"),
    ("K-it-verbale", "it", "Verbale dell'assemblea.doc", "doc", "plain"),
    ("K-it-contabile", "it", "Contabilità.xls", "xls", "2047"),
    ("K-pt-recibo", "pt", "Recibo_03-2024 (cópia).pdf", "pdf", "2231"),
    ("K-pt-acao", "pt", "Ação de formação.xlsx", "xlsx", "2047"),
    ("K-pt-ata", "pt", "Acta da reunião.docx", "docx", "latin-1"),
    ("K-nl-factuur", "nl", "Factuur nr. 88 – juni.pdf", "pdf", "2231"),
    ("K-nl-foto", "nl", "foto's zomer.zip", "zip", "plain"),
    ("K-nl-agenda", "nl", "uitnodiging.ics", "ics", "plain"),
    ("K-sv-faktura", "sv", "Faktura för åkeri.pdf", "pdf", "2047"),
    ("K-sv-bild", "sv", "Räksmörgås.jpg", "jpg", "utf8"),
    ("K-pl-faktura", "pl", "Faktura VAT nr 5_2024 – Łódź.pdf", "pdf", "2231"),
    ("K-pl-zestawienie", "pl", "Zestawienie kosztów.xls", "xls", "2047"),
    ("K-pl-zdjecie", "pl", "Zdjęcie 1.JPG", "jpg", "utf8"),
    ("K-pl-umowa", "pl", "Umowa najmu (wersja 2.1).docx", "docx", "plain"),
    ("K-cs-smlouva", "cs", "Smlouva č. 12.docx", "docx", "2231"),
    ("K-cs-priloha", "cs", "Příloha žádosti.pdf", "pdf", "2047"),
    ("K-cs-rozvrh", "cs", "Rozvrh hodin.ods", "ods", "plain"),
    ("K-hu-szamla", "hu", "Számla_őszi űrlap.pdf", "pdf-form", "2231"),
    ("K-hu-kep", "hu", "Kép a kirándulásról.png", "png", "2047"),
    ("K-ru-schet", "ru", "Счёт № 17 от 04.06.2024.pdf", "pdf", "2231"),
    ("K-ru-dogovor", "ru", "Договор аренды.docx", "docx", "2047"),
    ("K-ru-koi8", "ru", "Отчёт.xls", "xls", "2047-koi8"),
    ("K-ru-scan", "ru", "скан.tif", "tiff", "utf8"),
    ("K-ru-mixed", "ru", "Отчёт Q2 (final).xlsx", "xlsx", "2231"),
    ("K-ru-photo", "ru", "Фото с ёлки.jpg", "jpg", "2231"),
    ("K-uk-rakhunok", "uk", "Рахунок-фактура №5.pdf", "pdf", "2231"),
    ("K-uk-apostrof", "uk", "Зв\u2019язок із під\u02bcїздом.docx", "docx", "2047"),
    ("K-uk-kontakty", "uk", "Контакти.csv", "csv", "utf8"),
    ("K-el-timologio", "el", "Τιμολόγιο 2024.pdf", "pdf", "2231"),
    ("K-el-praktika", "el", "Πρακτικά συνεδρίασης.docx", "docx", "2047"),
    ("K-el-photo", "el", "φωτογραφία.png", "png", "utf8"),
    ("K-tr-fatura", "tr", "Fatura İstanbul ığdır.pdf", "pdf", "2231"),
    ("K-tr-sozlesme", "tr", "SÖZLEŞME.DOCX", "docx", "2047"),
    ("K-he-heshbonit", "he", "חשבונית 2024.pdf", "pdf", "2231"),
    ("K-he-protokol", "he", "פרוטוקול ישיבה 3.docx", "docx", "2047"),
    ("K-he-gershayim", "he", "דו״ח שנתי – ש\u05f3.xlsx", "xlsx", "utf8"),
    ("K-ar-fatura", "ar", "فاتورة رقم ١٢.pdf", "pdf", "2231"),
    ("K-ar-harakat", "ar", "مُحَمَّد.jpg", "jpg", "2047"),
    ("K-ar-taqrir", "ar", "تقرير (نهائي).docx", "docx", "utf8"),
    ("K-fa-zwnj", "ar", "نامه\u200cها.pdf", "pdf", "2231"),
    ("K-hi-bijak", "hi", "चालान जून.pdf", "pdf", "2231"),
    ("K-hi-conjunct", "hi", "क्\u200dष समाचार.docx", "docx", "2047"),
    ("K-th-invoice", "th", "ใบแจ้งหนี้ ๒๕๖๗.pdf", "pdf", "2231"),
    ("K-th-photo", "th", "รูปที่ ๑.jpg", "jpg", "utf8"),
    ("K-zh-fapiao", "zh", "发票_2024年6月.pdf", "pdf", "2231"),
    ("K-zh-brackets", "zh", "【重要】會議紀錄（修訂）.docx", "docx", "2047"),
    ("K-zh-gb", "zh", "报价单.xlsx", "xlsx", "gb18030"),
    ("K-zh-big5", "zh", "照片.jpg", "jpg", "2047-big5"),
    ("K-ja-seikyusho", "ja", "請求書_2024年6月分.pdf", "pdf", "2231"),
    ("K-ja-jis-word", "ja", "議事録.docx", "docx", "2047-iso-2022-jp"),
    ("K-ja-raw-jis", "ja", "見積書.xlsx", "xlsx", "iso-2022-jp"),
    ("K-ja-raw-sjis", "ja", "写真（表）.jpg", "jpg", "shift_jis"),
    ("K-ja-sjis-5c", "ja", "能力表.pdf", "pdf", "shift_jis"),
    ("K-ja-middle-dot", "ja", "製品・カタログ Ver.3.pdf", "pdf", "2231"),
    ("K-ja-wide", "ja", "ＰＤＦ資料２０２４．pdf", "pdf", "2047"),
    ("K-ja-dakuten", "ja", unicodedata.normalize("NFD", "ガイドブック.docx"), "docx", "2231"),
    ("K-ko-cheongguseo", "ko", "청구서 6월.pdf", "pdf", "2231"),
    ("K-ko-jamo", "ko", unicodedata.normalize("NFD", "회의록.docx"), "docx", "2231"),
    ("K-ko-euckr", "ko", "사진.jpg", "jpg", "euc-kr"),
    ("K-vi-hoadon", "vi", "Hóa đơn tháng 6.pdf", "pdf", "2231"),
    ("K-vi-zerlegt", "vi", unicodedata.normalize("NFD", "Hợp đồng.docx"), "docx", "2231"),
]


def word(text: str, charset: str = "utf-8") -> str:
    """Give text as one encoded word. RFC 2047; a long one is only seen in file names, where mailers do not split it."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def head(name: str, language: str) -> list[str | bytes]:
    """Give the fields of a letter before its Content-Type."""
    return [
        "From: Dora Marlow <dora@sender.example>",
        "To: Board <board@lists.example>",
        f"Subject: {word(WORDS[language][0])}",
        "Date: Tue, 04 Jun 2024 09:12:00 +0200",
        f"Message-ID: <{name}@sender.example>",
        "MIME-Version: 1.0",
    ]


def words(language: str, charset: str = "") -> bytes:
    """Give the text of a letter as a part."""
    text = WORDS[language][1]
    if charset == "iso-2022-jp":
        return part([f"Content-Type: text/plain; charset={charset}"], text.encode(charset))
    return part(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"], text)


def named(data: bytes, name: str, media_type: str, style: str) -> bytes:
    """Attach a file, its name written in one of the ways that mailers have."""
    if style == "plain":
        return attachment(data, name, media_type)
    if style == "2231":
        value = octets("filename*=utf-8''" + quote(name, safe=""))
    elif style.startswith("2047"):
        value = octets(f'filename="{word(name, style[5:].replace("koi8", "koi8-r") or "utf-8")}"')
    else:
        value = b'filename="' + name.encode(style) + b'"'
    fields = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    return raw([*fields, b"Content-Disposition: attachment; " + value], b64(data))


def letter(  # noqa: PLR0913, PLR0917 - one for each thing that differs
    name: str, language: str, parts: list[bytes], kind: str = "mixed", extra: str = "", boundary: str = "=_mk"
) -> bytes:
    """Give a letter of these parts."""
    fields = [*head(name, language), f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}']
    return raw(fields, multipart(parts, boundary))


def cases() -> Iterator[Case]:
    """Give the letters with one file."""
    for name, language, filename, kind, style in LETTERS:
        media_type, maker = KINDS[kind]
        text = words(language, style if style == "iso-2022-jp" else "")
        body = named(maker(WORDS[language][0]), filename, media_type, style)
        yield Case(name, letter(name, language, [text, body]), "clean", language=language)
