"""Words that take a wording back: negations and conditions, by language.

"The mailbox is not full" and "if the mailbox is full" say nothing of a mailbox. Most languages negate
before what they negate, at once or with an auxiliary between; Japanese, Korean, Turkish and Hindi
do it behind. A condition or an indirect question opens the clause in which a wording stands, or ends it.

From knowledge of the languages; expressions are written with the diacritics, which folding takes off.
"""

# ruff: noqa: RUF001  (letters of other scripts are what this file consists of)
from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from mailkit.bounce.fold import unmarked

LOOKED_BACK = 80
"""Characters before a wording that are looked at."""
LOOKED_AHEAD = 24
"""Characters behind a wording that are looked at."""


class Doubts(NamedTuple):
    """How a language takes back what it says; each field holds alternatives of an expression."""

    negation: str = ""
    """Words that negate what follows."""
    between: str = ""
    """Words that may stand between a negation and what it negates."""
    condition: str = ""
    """Words that open a condition or an indirect question."""
    behind: str = ""
    """What follows at once where a language negates or conditions behind."""
    stops: str = r".,:;!?\n"
    """Characters that end a clause."""
    spaced: bool = True
    """Whether the language puts blanks between words."""


DOUBTS: dict[str, Doubts] = {
    "en": Doubts("not|never|isn't|is not an?", "", "if|whether|unless|in case", "", r".:;!?\n"),
    "de": Doubts(
        "nicht|keine?[nmrs]?|nie|niemals|ohne|weder", "", "wenn|falls|ob|sofern|soweit|sollten?|im falle?|für den fall"
    ),
    "fr": Doubts(
        "pas|aucune?|jamais|sans|nullement",
        "été|encore|actuellement|de",
        r"si|s'ils?|au cas où|dans le cas où|en cas|à moins|lorsque?|lorsqu'\w{1,3}|sauf si|selon que",
    ),
    "ca": Doubts("no|sense", "s'ha|ha estat", "si|en cas que|quan"),
    "es": Doubts(
        "no|nunca|ningún|ninguna|sin|tampoco",
        "ha|han|sido|está|están|es|fue|se|ser",
        "si|en caso|a menos que|salvo que|en el supuesto",
    ),
    "pt": Doubts(
        "não|nunca|nenhuma?|sem|jamais|tampouco",
        "foi|foram|está|estão|é|ser|sido|se|tem",
        r"(?:verifique|confira|confirme|saber|veja|ver|e|ou|mas|pois) se|(?<![^.,:;!?(\d] )(?<![^.,:;!?(\d ])se"
        r"|caso (?:o|a|os|as|seu|sua|este|esta|haja)|(?:em|no) caso|a menos que|a não ser que",
    ),
    "it": Doubts(
        "non|nessun[oa]?|senza|mai|né",
        "è|ha|sono|stat[oaie]|risulta|ancora|era|viene|più",
        "se|qualora|(?:nel|in) caso|a meno che|nell'eventualità",
    ),
    "nl": Doubts(
        "niet|geen|nooit|zonder",
        "",
        r"als (?:de|het|uw|je|dit|deze|die|een|er|u|jouw)|indien|mocht(?:en)?|tenzij|in het geval"
        r"|(?:controleer|nagaan|nakijken|kijk|weten|vraag) of",
    ),
    "sv": Doubts(
        "inte|ej|icke|ing(?:en|a|et)|aldrig|utan",
        "har|blivit|är",
        r"(?<![^.,:;!?(\d] )(?<![^.,:;!?(\d ])om|(?:kontrollera|undersök|se|vet inte|veta|oavsett) om|ifall|såvida|huruvida"
        r"|i händelse av|i fall",
    ),
    "da": Doubts(
        "ikke|ingen|intet|aldrig|uden",
        "er|blevet",
        r"hvis|såfremt|ifald|medmindre|hvorvidt|i tilfælde af|(?:kontroll?[eé]r|tjek|undersøg|se) om",
    ),
    "nb": Doubts(
        "ikke|ingen|intet|aldri|uten",
        "er|blitt",
        r"hvis|dersom|såfremt|med mindre|hvorvidt|i tilfelle|(?:kontroller|sjekk|undersøk|se) om",
    ),
    "fi": Doubts("ei|eivät|eikä", "ole|olleet|ollut|enää|vielä", "jos|mikäli|ellei|onko|siinä tapauksessa"),
    "el": Doubts(
        "δεν|μην?|χωρίς|ούτε", "είναι|έχει|έχουν|ήταν|έχει", "αν|εάν|σε περίπτωση|μήπως|όταν|εφόσον|στην περίπτωση"
    ),
    "hu": Doubts("nem|nincs(?:en)?|sem|sincs", "volt", "ha|amennyiben|hacsak|abban az esetben", r"-e\b"),
    "ro": Doubts(
        "nu|niciun|nicio|fără|niciodată", "este|e|a|au|fost|sunt", "dacă|în caz(?:ul)?|cu excepția|în situația în care"
    ),
    "pl": Doubts(
        "nie|bez|żadn(?:ych|ego|ej)|nigdy",
        "jest|został[ao]?|zostały|są|był[ao]?|ma|ma już",
        "jeśli|jeżeli|gdy|gdyby|czy|o ile|w przypadku|w razie|chyba że",
    ),
    "cs": Doubts(
        "ne|není|nejsou|nebyl[aoyi]?|nikdy|žádn[ýéáíy]|bez",
        "dosud|ještě|zcela",
        "pokud|jestliže|jestli|zdali?|je-li|jsou-li|v případě|kdyby|když",
    ),
    "sk": Doubts(
        "nie|nie je|nie sú|nebol[aoi]?|nikdy|žiadn[yaei]|bez",
        "je|sú|ešte|úplne",
        "ak|či|pokiaľ|keď|keby|v prípade|ak by",
    ),
    "ru": Doubts(
        "не|ни|нет|без|никогда не|отнюдь не",
        "был[аои]?|является|полностью",
        "если|ли|в случае|при условии|когда|на случай",
    ),
    "uk": Doubts("не|ні|немає|без|ніколи не", "бул[аио]?|був|є", "якщо|чи|[ув] разі|коли|за умови|у випадку"),
    "bg": Doubts("не|няма|нито|без", "е|са|беше", "ако|дали|в случай|при условие|когато"),
    "hr": Doubts(
        "nije|nisu|ne|nema|bez|није|нису|не|нема|без",
        "bio|bila|je|био|била|је",
        "ako|ukoliko|da li|je li|u slučaju|ако|уколико|да ли|у случају",
    ),
    "sl": Doubts("ni|niso|ne|nima|brez", "bil[aoi]?", "če|ali je|kadar|v primeru|kolikor"),
    "et": Doubts("ei|pole|ei ole|ilma", "ole|olnud", "kui|kas|juhul kui|juhul"),
    "lv": Doubts("nav|nebija|ne|bez", "bijis|bijusi", "ja|vai|gadījumā"),
    "lt": Doubts("nėra|nebuvo|ne|be", "buvo", "jei|jeigu|ar nėra|patikrinkite,? ar|tuo atveju"),
    "tr": Doubts(
        "hiç|asla",
        "",
        "eğer|şayet",
        r" ?(?:mi\b|mı\b|mu\b|mü\b|ise\b|iken\b|olursa|olduğunda|olması (?:halinde|durumunda)|olup olmadığı)"
        r"|\w{0,10}(?: \w{1,14})? değil"
        r"|\w{0,4}(?:ysa|yse|(?<=[dt][ıiuü])sa|(?<=[dt][ıiuü])se|rsa|rse|ken)\b",
    ),
    "ar": Doubts("ليس|ليست|لم|لا|غير|ما|لن|بدون", "يتم|يكن|تكن|يعد|تعد", "إذا|إن|لو|في حال|في حالة|هل|ما لم"),
    "he": Doubts("לא|אינו|אינה|אין|איננה|ללא|בלי", "היה|הייתה", "אם|האם|במקרה|במידה|אלא אם"),
    "fa": Doubts("بدون|هیچ", "", "اگر|چنانچه|در صورتی|آیا|در صورت", r" ?(?:نیست|نشده|نمی|نبود|باشد\b)"),
    "hi": Doubts("बिना", "", "अगर|यदि|क्या", r" ?(?:नहीं|न हो|होने पर)"),
    "vi": Doubts(
        "không|chẳng|chưa (?:bị|được|hề|phải|đầy|vượt)",
        "bị|được|phải|là|hề",
        "nếu|trong trường hợp|liệu|trừ khi|khi|giả sử",
        r" hay không",
    ),
    "id": Doubts(
        "tidak|belum|bukan|tanpa|tiada",
        "ada|sedang",
        "jika|apabila|bila|kalau|apakah|seandainya|jikalau|dalam hal|sekiranya|sama ada",
    ),
    "th": Doubts(
        "ไม่|ไม่ได้|ยังไม่|มิได้|ไม่ถูก|ไม่มี", "ได้|ถูก|เป็น|มี", "ถ้า|หาก|กรณี|เมื่อ", "(?:แล้ว)?หรือไม่|(?:แล้ว)?หรือยัง", r"\n", spaced=False
    ),
    "zh": Doubts(
        "不|未|没有?|沒有?|非|并非|並非|无|無|未被|不是|尚未",
        "被|曾|有|是|在|列入|加入|登录|登錄",
        "如果|若(?!干)|假如|假若|倘若|是否|万一|萬一|一旦|(?<![例诸諸])如(?![下上此何图圖])",
        "(?:的)?(?:时|時)(?=[,、])|的话|的話|(?:的)?情况下|(?:的)?情況下|吗|嗎|与否|與否",
        r".,:;!?。、\n",
        spaced=False,
    ),
    "ja": Doubts(
        "",
        "",
        "",
        r"(?:し|され|られ|て|(?:され|し|られ|に?なっ|となっ|に?達し|に?(?:登録|掲載)され)て)?は?"
        r"(?:いません|おりません|いない|いなかった|ません|なかった|ず(?=[、。に]))"
        r"|(?:では?|じゃ|には?|と(?:は|も)?)?(?:ありません|ございません|なく|ない|なければ|わけではな)"
        r"|[ぁ-ん達超限済]{0,7}(?:場合(?!が)|とき(?=[、はに])|時(?=[、はにの])|かどうか|か否か|であれば|なら(?:ば|、)|たら|れば|ると[、受配送])",
        spaced=False,
    ),
    "ko": Doubts(
        "안|못",
        "",
        "만약|만일|혹시",
        r"(?: ?[않못]\w{0,2})?(?: (?:분류|판정|판단|인식|간주|등록|감지|발견|검출|초과|차|찼))?\w{0,6}?"
        r"(?:지(?:는|도)? (?:않|못)|(?:이|가|은|는) 아(?:닙|니|닌)| 아님|면(?=[\s,])|[는은인]지| 경우(?!가)| 때(?=[\s는,에]))",
    ),
}
_ENGLISH = DOUBTS["en"]
"""Counts everywhere, since notices quote what a server said in English."""
_SAME = {"zh-Hans": "zh", "zh-Hant": "zh", "ms": "id", "sr": "hr"}
_KIN = (("cs", "sk"), ("da", "nb", "sv"), ("ru", "uk", "bg"), ("hr", "sl"))
_COUSINS = ("es", "pt", "it", "ro")
"""Languages that share so many words that a rule of one reads sentences of another: what negates in one negates in
all, and between kin so do conditions. (Italian *se* is *if*; Spanish *se* is not.)"""


def doubtful(text: str, start: int, stop: int, lang: str) -> bool:
    """Say whether a wording between two places of a folded text is negated, or stands in a condition."""
    negation, condition, behind = _expressions(lang)
    before = text[max(0, start - LOOKED_BACK) : start]
    if negation.search(before) or condition.search(before):
        return True
    return bool(behind.match(text[stop : stop + LOOKED_AHEAD]))


def negated(gap: str, lang: str) -> bool:
    """Say whether the words between two literals negate the second, or ask whether it is so."""
    negation, condition, _ = _expressions(lang)
    return bool(negation.search(gap) or condition.search(gap))


@functools.cache
def _expressions(lang: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Give a language's negations, conditions and what may stand behind, each as an expression."""
    name = _SAME.get(lang, lang)
    doubts = DOUBTS.get(name, _ENGLISH)
    kin = [DOUBTS[one] for one in next((row for row in _KIN if name in row), ())] or [doubts]
    clan = [DOUBTS[one] for one in _COUSINS] if name in _COUSINS else kin
    border, blank, always = (r"(?<!\w)", r"\s", [_ENGLISH]) if doubts.spaced else ("", r"\s?", [])
    negation = _either(one.negation for one in clan + always)
    between = _either(one.between for one in clan)
    condition = _either(one.condition for one in kin + always)
    return (
        re.compile(f"{border}{negation}{blank}(?:{between}{blank}){{0,3}}$"),
        re.compile(f"{border}{condition}{blank}[^{doubts.stops}]{{0,60}}$"),
        re.compile(_either([doubts.behind])),
    )


def _either(alternatives: Iterable[str]) -> str:
    """Give an expression for one of the alternatives; it never holds where there are none."""
    return unmarked(f"(?:{'|'.join(filter(None, alternatives)) or '(?!)'})")
