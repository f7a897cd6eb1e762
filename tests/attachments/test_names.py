"""The names of files: what is found in those that hide something, and nothing in everyday ones."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.attachments.lookalikes import BLANKS, DOTS, INVISIBLE, TURNING, fold
from mailkit.attachments.names import ALONE, MOST, Surroundings, as_windows, check_name, extension_of
from mailkit.attachments.naming import judge_names, member_names
from mailkit.attachments.pieces import Member
from tests.timing import assert_linear, flood


def grave(name: str, around: Surroundings = ALONE) -> dict[str, str]:
    """Give the codes above info that a name has, each with its severity."""
    return {one.note.code: one.severity for one in check_name(name, around) if one.severity != "info"}


EVERYDAY = {
    "English": """invoice.pdf|Q&A.pdf|C++ notes.txt|a;b.pdf|O'Brien's.docx|50% off.png|report (1).PDF|v1.2.3.tar.gz|README|
        U.S.A. tax form no.12.pdf|Re: report 10:30.pdf|2026.11.26.zip|IMG_0001.JPG|Node.js: an introduction.pdf|x=2.csv|
        minutes 2026-11-26 (final).docx|Dr. Smith Ph.D.pdf|Profit & Loss;2026.xlsx|foo@example.com.eml|~$draft.docx|
        100%25 done.pdf|R&amp;D plan.pptx|"quoted".pdf|what?.txt|price list #3.pdf|[1] first.doc|a+b=c.txt|key=value.ini|
        Version 2.0.1 notes.txt|e.g. this.md|.bashrc|.gitignore|.htaccess|.DS_Store|winmail.dat|smime.p7s|image001.png""",
    "German": "Rechnung Nr. 12.pdf|Übersicht 1. Quartal.xlsx|Straße.jpg|Protokoll vom 3. März 2026.docx|z.B. so.txt|Bericht 5.mar",
    "French": "Relevé d'identité bancaire.pdf|Procès-verbal n° 4.docx|L’été.jpg|Été à Paris : photos.zip|Facture n°12.pdf",
    "Spanish": "Factura nº 123.pdf|Año 2026.xlsx|¿Qué es esto?.docx|Informe 1.º trimestre.pdf|presentación.pptx",
    "Portuguese": "Relatório de gestão.pdf|Declaração nº 5.docx|fotos do verão.zip|Orçamento 2026.xlsx|ação.txt",
    "Italian": "Fattura n. 7 del 12.03.2026.pdf|Perché no.docx|verbale 5.mag|Università.xlsx|foto d'estate.jpg",
    "Dutch": "Factuur 2026.pdf|'s-Hertogenbosch.jpg|Notulen 3.docx|coöperatie.xlsx|foto’s vakantie.zip",
    "Swedish": "Årsredovisning.pdf|Möte å ä ö.docx|Bilaga 1.xlsx|räksmörgås.jpg",
    "Danish": "Årsrapport.pdf|Æbler og øl.docx|Bilag nr. 3.xlsx|smørrebrød.jpg",
    "Norwegian": "Årsmelding.pdf|Møte på fjellet.docx|Vedlegg 2.xlsx",
    "Finnish": "Pöytäkirja.pdf|Lasku 12.docx|Yhteenveto 1.1.2026.xlsx|äiti.jpg",
    "Icelandic": "Ársskýrsla.pdf|Þjóðskrá.docx|Ferð um Ísland.jpg",
    "Polish": "Faktura nr 5.pdf|Zażółć gęślą jaźń.docx|Umowa z dn. 12.03.2026.pdf|zdjęcie.jpg|Łódź.xlsx",
    "Czech": "Faktura č. 12.pdf|Příliš žluťoučký kůň.docx|Zápis z 3. schůze.pdf|účet.xlsx",
    "Slovak": "Faktúra č. 5.pdf|Zmluva o dielo.docx|ľúbostný list.txt",
    "Hungarian": "Számla 5. sz.pdf|Árvíztűrő tükörfúrógép.docx|jegyzőkönyv.pdf",
    "Romanian": "Factură nr. 8.pdf|Raport de activitate în țară.docx|poză.jpg",
    "Turkish": "Fatura ığüşöç.pdf|İstanbul.docx|Rapor 2026.İlk.pdf|ılık.xlsx|DIŞ TİCARET.PDF",
    "Lithuanian": "Sąskaita faktūra.pdf|Žąsis.docx|ataskaita Nr. 4.xlsx",
    "Latvian": "Rēķins Nr. 5.pdf|Pārskats.docx|ģimene.jpg",
    "Estonian": "Arve nr 5.pdf|Õppekava.docx|täht.jpg",
    "Welsh": "Adroddiad blynyddol.pdf|Tŷ ŵyl.docx",
    "Vietnamese": "Hóa đơn số 5.pdf|Báo cáo quý 1.docx|Việt Nam.jpg|Đơn xin việc.doc",
    "Russian": """Счёт № 5 от 12.03.2026.pdf|Протокол 12:00.docx|№ 5 от 12.03.2026.docx|Договор.doc|фото.jpg|а.СОМ|Отчёт за 1 кв.pdf|
        МОЙ СОМ.СОМ|Приложение к дог. № 7.xlsx|Иванов И.И. резюме.doc|Рыба.сом|СКАН.PDF""",
    "Ukrainian": "Рахунок № 5.pdf|Їжак і ґанок.docx|Звіт за січень.xlsx|Протокол 10:30.docx",
    "Bulgarian": "Фактура № 12.pdf|Договор за наем.docx|снимка.jpg",
    "Serbian": "Рачун бр. 5.pdf|Извештај љњџ.docx|Годишњи одмор.jpg",
    "Greek": "Τιμολόγιο αρ. 5.pdf|Έκθεση 2026.docx|φωτογραφία.jpg|Πρακτικά 12ης συνεδρίασης.pdf",
    "Hebrew": "חשבונית 5.pdf|\u200fדוח שנתי\u200f.pdf|מסמך\u200e.docx|תמונה.\u200ejpg|פרוטוקול (1).docx\u200e",
    "Arabic": "فاتورة رقم ٥.pdf|\u200fتقرير سنوي\u200e.docx|صورة.jpg|محضر اجتماع؛ ٢٠٢٦.pdf|\u202bتقرير\u202c.pdf|مرفق\u061c.xlsx",
    "Persian": "گزارش\u200cها.pdf|می\u200cخواهم.docx|صورت\u200cحساب ۱۲.pdf",
    "Urdu": "رپورٹ۔ سالانہ.pdf|خط.docx",
    "Hindi": "रिपोर्ट.pdf|क्\u200dष.docx|बिल संख्या १२.pdf|राष्ट्\u200cर.jpg",
    "Bengali": "প্রতিবেদন.pdf|বিল.docx",
    "Tamil": "அறிக்கை.pdf|புகைப்படம்.jpg",
    "Thai": "ใบแจ้งหนี้.pdf|รายงานประจำปี ๒๕๖๙.docx|รูปภาพ.jpg",
    "Chinese": "发票.pdf|2026年度报告（终稿）.docx|會議記錄。最終版.docx|照片．旅行.jpg|《合同》.pdf|附件１：名单.xlsx|通知　关于放假.doc",
    "Japanese": """請求書.pdf|資料（最終版）.xlsx|議事録 2026年3月.docx|ﾃｽﾄ.txt|【重要】お知らせ.pdf|図面Ｖｏｌ．１.pdf|
        \x1b$B;qNA@A5a\x1b(B.xlsx|\x1b$B8+@Q=q\x1b(J.pdf|第１章：はじめに.docx|写真・旅行.zip|10：30の会議.pdf""",
    "Korean": "청구서.pdf|회의록 2026년.hwp|사진.jpg|\x1b$)C\x0e0-G:\x0f.pdf|한글ㅤ문서.docx",
    "Georgian": "ანგარიში.pdf|ინვოისი 5.docx",
    "Armenian": "Հաշիվ.pdf|Զեկույց 2026.docx",
    "emoji": "👨\u200d👩\u200d👧.jpg|❤\ufe0f love.png|🎉 party!.pdf|🇩🇪 plan.docx|photo 😀.heic|1\ufe0f\u20e3 step.txt",
    "mail": """C:\\Users\\me\\Documents\\report.pdf|\\\\server\\share\\report.pdf|/home/me/report.pdf|C:report.pdf|report.{1}.pdf|
        report.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}.pdf|Bericht \x96 Teil 2.pdf|d\xadocument.pdf|web\u200bsite.pdf|p\u00addf|e\u200bxe|report.pdf\u200b|
        photo.jpg:Zone.Identifier|report%20final.pdf|caf%C3%A9.pdf|=?utf-8?Q?caf=C3=A9.pdf?=|a&#233;b.pdf|caf=C3=A9.pdf|\ufeffnotes.txt|
        report\t2026.pdf|folded\r\n name.pdf|report .pdf|report.pdf.|report.pdf |backup.tar.gz|db.sql.gz|page.html|logo.svg|
        invite.ics|card.vcf|key.asc|cert.cer|feed.xml|scan.tif.zip|a.docx.pdf|Please see no. one|The last. Job|v1.0|12.5|...|
        mail.example.com|www.example.com|example.co.jp.com|me@example.com|google.com!example.org!1!2.xml.gz|con.txt|/tmp/..a.pdf""",
}  # fmt: skip
"""Language -> names that somebody sends every day."""
BENIGN = [(language, name.lstrip("\n ")) for language, names in EVERYDAY.items() for name in names.split("|")]


@pytest.mark.parametrize(
    "name", [name for _, name in BENIGN], ids=[f"{language}-{at}" for at, (language, _) in enumerate(BENIGN)]
)
def test_everyday_names(name: str) -> None:
    assert grave(name) == {}


def test_everyday_names_are_many() -> None:
    assert len(EVERYDAY) >= 27  # English to Armenian, emoji and what mail programs make
    assert len(BENIGN) >= 150


EXE, DOUBLE, HIDDEN = "EXT_EXECUTABLE", "EXT_EXECUTABLE NAME_DOUBLE_EXT", "EXT_EXECUTABLE NAME_INVISIBLE"
PLAIN = {
    EXE: "exe scr pif com cpl dll ex_ sys ocx xll elf app wll",
    "EXT_SCRIPT": "bat cmd hta js jse vb vbe vbs ws wsc wsf wsh ps1 psm1 psc1 sct jar jnlp sh py pl pyw run action mjs class",
    "EXT_SHORTCUT": "lnk url scf webloc desktop msc library-ms search-ms settingcontent-ms website appref-ms fileloc",
    "EXT_INSTALLER": "msi msp mst msu msix appx appinstaller apk deb rpm pkg ppkg diagcab gadget msixbundle",
    "EXT_CONFIG": "reg inf chm hlp ins iqy rdp theme job grp isp",
    "EXT_MACRO": "docm dotm xlsm xlsb xlam pptm ppam one onepkg slk sldm",
    "EXT_DATABASE": "mdb accde ade mde ost",
    "EXT_CONTAINER": "iso img vhd vhdx wim dmg ace udf",
}
"""Codes -> extensions that have them wherever they stand in a message."""
ENDS = [(end, code) for code, ends in PLAIN.items() for end in ends.split()]


@pytest.mark.parametrize(("end", "code"), ENDS, ids=[end for end, _ in ENDS])
def test_what_an_ending_is(end: str, code: str) -> None:
    for name in (f"a.{end}", f"Letter to you.{end.upper()}", f".{end}", f"資料.{end}", f"dir/a.{end} ", f"v1.0.{end}"):
        assert grave(name).keys() >= {code}
        assert "NAME_DOUBLE_EXT" not in grave(name)
    assert grave(f"a.{end}.txt") == {}


HOSTILE = {
    "invoice.pdf.exe": DOUBLE,
    "photo.jpg .scr": DOUBLE,
    "doc.txt\u00a0\u00a0.js": "EXT_SCRIPT NAME_DOUBLE_EXT",
    "Rechnung.PDF.EXE": DOUBLE,
    "請求書.pdf.exe": DOUBLE,
    "Счёт.doc.scr": DOUBLE,
    "a.xlsx.lnk": "EXT_SHORTCUT NAME_DOUBLE_EXT",
    "a.jpeg.vbs": "EXT_SCRIPT NAME_DOUBLE_EXT",
    "a.mp3.hta": "EXT_SCRIPT NAME_DOUBLE_EXT",
    "a.txt.msi": "EXT_INSTALLER NAME_DOUBLE_EXT",
    "a.zip.reg": "EXT_CONFIG NAME_DOUBLE_EXT",
    "invoice.pdf.com": DOUBLE,
    "a.html.url": "EXT_SHORTCUT NAME_DOUBLE_EXT",
    "a.heic.exe": DOUBLE,
    "invoice.pdf" + " " * 200 + ".exe": DOUBLE + " NAME_LONG_SPACES",
    "invoice.pdf" + "\u3000" * 20 + ".exe": DOUBLE + " NAME_LONG_SPACES",
    "invoice" + " " * 30 + "x.exe": EXE + " NAME_LONG_SPACES",
    "invoice.pdf" + "\u2800" * 40 + ".scr": DOUBLE + " NAME_INVISIBLE NAME_LONG_SPACES",
    "setup.exe.": EXE + " NAME_TRAILING_DOT",
    "setup.exe ": EXE + " NAME_TRAILING_DOT",
    "setup.exe . .": EXE + " NAME_TRAILING_DOT",
    "setup.exe\u00a0": EXE + " NAME_TRAILING_DOT",
    "invoice.pdf.exe...": DOUBLE + " NAME_TRAILING_DOT",
    "photo\u202egpj.exe": EXE + " NAME_RTLO",
    "photo\u202dgpj.exe": EXE + " NAME_RTLO",
    "photo\u2067gpj\u2069.scr": EXE + " NAME_RTLO",
    "photo\u200fgpj.exe": EXE + " NAME_RTLO",
    "a\u202excod.vbs": "EXT_SCRIPT NAME_RTLO",
    "a\u202eexe.pdf": "NAME_RTLO",
    "חשבונית\u202efdp.exe": EXE + " NAME_RTLO",
    "setup.e\u00adxe": HIDDEN,
    "setup.e\u200bxe": HIDDEN,
    "setup.ex\u2060e": HIDDEN,
    "setup.\ufeffexe": HIDDEN,
    "setup.exe\u200b": HIDDEN,
    "setup.e\ufe0fxe": HIDDEN,
    "letter.do\u00adcx": "NAME_INVISIBLE",
    "letter.p\u200bdf": "NAME_INVISIBLE",
    "setup.e\u3164xe": "NAME_INVISIBLE",
    "letter.p\uffa0df": "NAME_INVISIBLE",
    "setup.exe\u3164": HIDDEN,
    "setup\u115f.exe": HIDDEN,
    "setup\U0001d159.exe": HIDDEN,
    "invoice.pdf\u1160\u1160.exe": DOUBLE + " NAME_INVISIBLE",
    "a.j\u200ds": "EXT_SCRIPT NAME_INVISIBLE",
    "invoice.\u0435\u0445\u0435": EXE + " NAME_HOMOGLYPH",
    "invoice.\u0435xe": EXE + " NAME_HOMOGLYPH",
    "invoice.e\u0445e": EXE + " NAME_HOMOGLYPH",
    "Счёт.e\u0445e": EXE + " NAME_HOMOGLYPH",
    "文書.\u0435\u0445\u0435": EXE + " NAME_HOMOGLYPH",
    "invoice.ＥＸＥ": EXE + " NAME_HOMOGLYPH",
    "資料.ｅｘｅ": EXE + " NAME_HOMOGLYPH",
    "invoice.ѕсг": EXE + " NAME_HOMOGLYPH",
    "invoice.СОМ": EXE + " NAME_HOMOGLYPH",
    "а.СОM": EXE + " NAME_HOMOGLYPH",
    "invoice.p\u0131f": EXE + " NAME_HOMOGLYPH",
    "invoice.ln\u212a": "EXT_SHORTCUT NAME_HOMOGLYPH",
    "invoice.jѕ": "EXT_SCRIPT NAME_HOMOGLYPH",
    "invoice.v\U0001d41bs": "EXT_SCRIPT NAME_HOMOGLYPH",
    "invoice.\u24d4\u24e7\u24d4": EXE + " NAME_HOMOGLYPH",
    "invoice\u2024exe": EXE + " NAME_HOMOGLYPH",
    "invoice．exe": EXE + " NAME_HOMOGLYPH",
    "invoice。pdf.exe": DOUBLE + " NAME_HOMOGLYPH",
    "invoice.doсm": "EXT_MACRO NAME_HOMOGLYPH",
    "readme.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}": "NAME_CLSID",
    "readme.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B": "NAME_CLSID",
    "readme.txt.{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}": "NAME_CLSID",
    "readme.txt. {3050f4d8-98b5-11cf-bb82-00aa00bdce0b}.": "NAME_CLSID",
    "setup.exe::$DATA": EXE + " NAME_ADS",
    "setup.exe:$DATA": EXE + " NAME_ADS",
    "setup.exe::$data ": EXE + " NAME_ADS NAME_TRAILING_DOT",
    "letter.txt:evil.exe": EXE + " NAME_ADS",
    "letter.txt:evil.exe:$DATA": EXE + " NAME_ADS",
    "letter.txt :evil.exe": EXE + " NAME_ADS",
    "setup.exe:letter.txt": EXE + " NAME_ADS",
    "setup.exe:Zone.Identifier": EXE,
    "C:letter.txt:evil.exe": EXE + " NAME_ADS",
    "dir/letter.docx:a.vbs": "EXT_SCRIPT NAME_ADS",
    "letter.txt:hidden": "NAME_ADS",
    "Re: report 10:30.exe": EXE,
    "setup.exe\0.pdf": EXE + " NAME_CONTROL",
    "setup.exe\0": EXE + " NAME_CONTROL",
    "dir/setup.exe\0/letter.pdf": EXE + " NAME_CONTROL",
    "setup.exe%00.pdf": EXE + " NAME_CONTROL",
    "letter.pdf\0.exe": DOUBLE + " NAME_CONTROL",
    "letter\x01.pdf": "NAME_CONTROL",
    "letter\x1b[2J.pdf": "NAME_CONTROL",
    "\x1b[31msetup.exe": EXE + " NAME_CONTROL",
    "set\x7fup.exe": EXE + " NAME_CONTROL",
    "\x1b$B.exe": EXE,
    "=?utf-8?B?c2V0dXAuZXhl?=": EXE,
    "=?utf-8?Q?setup=2Eexe?=": EXE,
    "=?utf-8?B?aW52b2ljZS5wZGYuZXhl?=": DOUBLE,
    "=?iso-8859-1?Q?caf=E9.scr?=": EXE,
    "=?utf-8?Q?a=E2=80=AEgpj.exe?=": EXE + " NAME_RTLO",
    "setup&#46;exe": EXE,
    "setup&#x2e;exe": EXE,
    "setup&period;exe": EXE,
    "setup=2Eexe": EXE,
    "setup.=65xe": EXE,
    "setup%2Eexe": EXE,
    "setup.%65%78%65": EXE,
    "invoice.pdf%20%20.exe": DOUBLE,
    "..%2F..%5Csetup.exe": EXE + " NAME_PATH",
    "../setup.exe": EXE + " NAME_PATH",
    "..\\..\\letter.pdf": "NAME_PATH",
    "a/../../letter.pdf": "NAME_PATH",
    "..": "NAME_PATH",
    "C:\\Users\\me\\setup.exe": EXE,
    "\\\\server\\share\\setup.exe": EXE,
    "C:setup.exe": EXE,
    '"setup.exe"': EXE,
    "setup.exe;1": EXE,
    "setup.exe?": EXE,
    "'setup.exe'": EXE,
    "setup. exe": EXE,
    "photo.jpg .  scr": DOUBLE,
    "  .exe": EXE,
    "setup.exe/": EXE,
    "setup\t.exe": EXE,
    "setup.exe\r\n": EXE + " NAME_CONTROL NAME_TRAILING_DOT",
    "☃.exe": EXE,
    "a" * 5000 + ".exe": EXE,
    "setup.exe\0" + "a" * 5000 + ".pdf": EXE + " NAME_CONTROL",
}
"""Name -> the codes above info."""
APART = {"setup. exe", "photo.jpg .  scr"}
"""A blank begins their endings, and Windows knows none of these."""


@pytest.mark.parametrize(("name", "codes"), HOSTILE.items(), ids=[f"{at}" for at in range(len(HOSTILE))])
def test_hostile_names(name: str, codes: str) -> None:
    assert sorted(grave(name)) == sorted(codes.split())


def test_hostile_names_are_many() -> None:
    assert len(ENDS) + len(HOSTILE) >= 150


@pytest.mark.parametrize("name", [name for name, codes in HOSTILE.items() if codes.startswith("EXT_EXECUTABLE")])
def test_only_what_windows_would_not_run_is_less_than_dangerous(name: str) -> None:
    is_like = "NAME_HOMOGLYPH" in grave(name) and not name.endswith("pdf.exe")
    assert grave(name)["EXT_EXECUTABLE"] == ("suspicious" if is_like or name in APART else "dangerous")


def test_a_name_turned_around_is_said_once() -> None:
    assert [one.note.code for one in check_name("a\u202egpj\u200f.exe")].count("NAME_RTLO") == 1


TREE = ("a-1.0/README", "a-1.0/setup.py", "a-1.0/src/main.c", "a-1.0/web/app.js", "a-1.0/build.bat", "a-1.0/logo.png")
DECOYED = ("readme.txt", "photo.jpg", "invoice.js")
FOLDERS = ("Invoice/readme.txt", "Invoice/photo.jpg", "Invoice/terms.pdf", "Invoice/invoice.js")


@pytest.mark.parametrize(
    ("name", "inside", "neighbours", "severity"),
    [
        ("a-1.0/web/app.js", "zip", TREE, "info"),
        ("a-1.0/build.bat", "tar", TREE, "info"),
        ("a-1.0/setup.py", "7z", TREE, "info"),
        ("run.sh", "tar", ("run.sh",), "info"),
        ("invoice.js", "zip", ("invoice.js",), "dangerous"),
        ("invoice.js", "tar", ("invoice.js",), "dangerous"),
        ("invoice.js", "zip", DECOYED, "dangerous"),
        ("Invoice/invoice.js", "zip", FOLDERS, "dangerous"),
        ("a-1.0/setup.exe", "zip", TREE, "dangerous"),
        ("a-1.0/a.vbs", "zip", TREE, "dangerous"),
        ("a-1.0/a.jse", "tar", TREE, "dangerous"),
        ("app.js", "", (), "dangerous"),
        ("p/invoice.js", "zip", ("p/README", "p/invoice.js", "p/run.bat"), "dangerous"),
        ("p/invoice.js", "zip", ("p/README", "p/a.css", "p/b.css", "p/readme.md", "p/invoice.js"), "dangerous"),
        ("a-1.0/Open Invoice.bat", "zip", (*TREE, "a-1.0/Open Invoice.bat"), "dangerous"),
    ],
)
def test_scripts_among_sources(name: str, inside: str, neighbours: tuple[str, ...], severity: str) -> None:
    around = Surroundings(inside=inside, neighbours=neighbours)
    assert [one.severity for one in check_name(name, around)] == [severity]


@pytest.mark.parametrize(
    ("name", "kinds", "severity"),
    [
        ("setup.com", "", "dangerous"),
        ("setup.com", "pe", "dangerous"),
        ("www.example.com", "pe", "dangerous"),
        ("www.example.com", "com-eicar", "dangerous"),
        ("www.example.com", "html", "info"),
        ("example.com", "text", "info"),
        ("www.example.com", "", "info"),
        ("invoice.pdf.com", "", "dangerous"),
        ("setup.exe.com", "", "dangerous"),
        ("setup.1.com", "", "dangerous"),
    ],
)
def test_the_end_of_domain_names(name: str, kinds: str, severity: str) -> None:
    found = check_name(name, Surroundings(frozenset(kinds.split())))
    assert found[0].note.code == "EXT_EXECUTABLE"
    assert found[0].severity == severity


def test_what_a_site_says_of_extensions() -> None:
    around = Surroundings(extensions={"exe": "info", "docx": "dangerous", "資": "suspicious"})
    assert grave("a.exe", around) == grave("a.pdf.exe", around) == grave("資料.exe", around) == {}
    assert grave("a.docx", around) == grave("資料.docx", around) == {"EXT_OTHER": "dangerous"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\\\\server\\share\\a.pdf", "NAME_PATH"),
        ("a \x96 b.pdf", "NAME_CONTROL"),
        ("photo.jpg:Zone.Identifier", "NAME_ADS"),
        ("aux.txt", "NAME_RESERVED"),
        ("setup.exe" + "a" * 300 + ".txt", "NAME_LONG"),
        ("é" * 70_000, "NAME_LONG"),
    ],
)
def test_what_is_said_and_changes_nothing(name: str, code: str) -> None:
    assert [(one.note.code, one.severity) for one in check_name(name)] == [(code, "info")]


def test_names_of_one_file() -> None:
    assert {note.code for note, _ in judge_names(["letter.pdf", "setup.exe"], ALONE)} == {EXE, "NAME_CONFLICT"}
    assert {note.code for note, _ in judge_names(["setup.exe", "b.scr"], ALONE)} == {EXE}
    assert judge_names([], ALONE) == judge_names(["a.pdf", "b.pdf"], ALONE) == []


@pytest.mark.parametrize(
    ("outer", "kind", "names"),
    [
        ("setup.exe.gz", "gzip", ("setup.exe",)),
        ("a.tgz", "gzip", ("a.tar",)),
        ("a.tar.xz", "xz", ("a.tar",)),
        ("a.bin", "gzip", ()),
        ("setup.exe.gz", "zip", ()),
    ],
)
def test_names_of_packed_files(outer: str, kind: str, names: tuple[str, ...]) -> None:
    assert member_names(Member("", b""), (outer,), kind) == names


def test_tables_of_lookalikes() -> None:
    assert all(len(fold(letter)) == 1 or not letter.isalpha() for letter in "аеорсух")
    assert TURNING <= INVISIBLE
    assert not DOTS & BLANKS
    assert not (DOTS | BLANKS) & INVISIBLE


PIECES = [
    *"abe.:\\/ %=&;?#{}$-\0\x1b\r\n\t\u00a0\u00ad\u200b\u202e\u200f\u0435\u0445\u212a\uff25\uff0e\u3002資\ud800\x96",
    *("exe", ".exe", ".pdf", "..", "%2e", "%00", "=2E", "&#46;", "=?utf-8?Q?", "?=", "::$DATA", "{3050F4D8-98B5-", "\x1b$B"),
]  # fmt: skip
ANY_NAME = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=24).map("".join))


@given(ANY_NAME)
def test_no_name_raises_and_the_answer_has_each_code_once(name: str) -> None:
    codes = [one.note.code for one in check_name(name)]
    assert len(codes) == len(set(codes))
    assert not set("/\\") & set(as_windows(name))
    assert not extension_of(name) or "." in as_windows(name)


@given(ANY_NAME.filter(lambda name: not set("/\\") & set(name)))
def test_a_directory_changes_nothing(name: str) -> None:
    alone = [(one.note.code, one.severity) for one in check_name(name)]
    for directory in ("folder/", "a b\\"):
        assert [(one.note.code, one.severity) for one in check_name(directory + name)] == alone


@pytest.mark.parametrize("name", [*HOSTILE, *(name for _, name in BENIGN)])
def test_cut_names_raise_nothing(name: str) -> None:
    for end in itertools.chain(range(min(len(name), 120)), range(len(name) - 2, len(name))):
        assert isinstance(check_name(name[:end]), list)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        " ",
        ":",
        ".txt:",
        "%2e",
        "=?utf-8?Q?a?= ",
        "&#46;",
        "\u202e",
        "{3050F4D8-",
        "\x1b$B",
        "\0.exe",
        "é.",
        "/..",
    ],
)
def test_floods_are_linear(unit: str) -> None:
    assert_linear(check_name, flood(unit, end=".exe"))
    assert grave(unit * ((1 << 20) // len(unit)) + ".exe")
    assert len(as_windows(unit * (1 << 20))) <= MOST
