"""What charset bytes are in that nobody declared, or that were declared wrongly.

In this order: escapes of seven bits, UTF-8, kana in Shift_JIS or EUC-JP, common characters, and chardet last, for it is
the slowest, and takes ISO-2022-JP with vendors' characters for no text at all.
"""

from __future__ import annotations

import re
from typing import Literal

from mailkit.charsets.codec import decode_strictly
from mailkit.charsets.escapes import LEADS_OUT
from mailkit.charsets.labels import codec_of

Basis = Literal["declared", "utf-8", "escapes", "kana", "guessed"]
"""How a charset was found: as declared, by being UTF-8, by escapes, by kana, or guessed by chardet."""
SAMPLE = 4096
"""Bytes from which is guessed."""
_WEIGHED = 512
"""Bytes of which common characters are counted; less is never cut."""
CANDIDATES = (
    *("cp932", "euc_jis_2004", "cp949", "gb18030", "big5hkscs", "koi8-r", "koi8-u", "cp1250", "cp1251", "cp1252"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "iso8859-2", "iso8859-7"),
)
"""What chardet may answer: charsets of mail, by its names. With fewer it is faster, and names none that mail has not."""
_OURS = {"euc_jis_2004": "euc_jp"}
_WIDE = frozenset({"cp932", "euc_jp", "cp949", "gb18030", "big5hkscs"})
FEW = 4
"""Bytes above 127 under which, if they make no word, no single-byte charset but the commonest is guessed."""
_SURE = 8
"""Common characters that tell Chinese; with fewer, chardet is asked."""
_KOREAN = b"\x1b$)C"
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){1,512}+~\}")
_KANA = re.compile("[ぁ-んァ-ヶー]")
_HALF_WIDTH = re.compile("[ｦ-ﾟ]{2,}")
_HIGH = bytes(range(128, 256))
_WEST = bytes(range(128)) + "ÄÖÜäöüßéáíóúçëîâôåàñ…‘’“”–".encode("cp1252")  # noqa: RUF001 - these are meant
"""What Western text mostly is of: bytes that are the same in Windows-1250, or seldom stand there."""
_LOWER = bytes(range(128)) + bytes(range(0xC0, 0xE0))
"""Small letters of KOI8-R; of kanji in EUC-JP one in six is of such bytes alone."""
_EUC = re.compile(rb"(?:[\x00-\x7f]++|[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2})*+[\x8e\x8f\xa1-\xfe]{0,2}")
"""EUC-JP, as far as it can be told quickly; the last character may be cut."""
_ADJACENT = re.compile(rb"[\x80-\xff]{2}")
_WORD = re.compile(rb"[\x80-\xff]{3}")
_IN_WORD = re.compile(rb"[A-Za-z]{2}[\x80-\xff]{1,3}(?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff]{1,3}[A-Za-z]{2}")
"""Letters beyond ASCII in a word of ASCII's: they are Western, and no character of two bytes."""
_COMMON = {
    "ja": frozenset(
        "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明"
        "実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受"
        "区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組"
        "知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談"
        "能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収断井何"
        "南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監"
        "環験追審商葉義伝働形景落欧担好退準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命含福蔵量望松非撃佐核観"
        "察整段横融型白深字答夜製票況音申様財港識注呼渉達請求納見積依頼連絡添付返信転送宛先届戻済至急要障害復旧更新登録完了開催案内鈴木郎子花橋本"
        "林清斎藤髙﨑㈱№①②③④⑤【】「」、。・（）：〇々様御客礼謝失敗願致申訳株式有限打稟締切休暇届勤怠給与明細領収購読解除停止削除容量超過"
    ),
    "zh": frozenset(
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都"
        "同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由"
        "问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真"
        "论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空"
        "决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识"
        "候带导争运笔您好请谢邮件箱收发送附查退户用户系统通知订单付款合同会议，。、：（）《》“”号价格样寄货客服密码登录网址地址联系电话"
    ),
    "tw": frozenset(
        "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都"
        "同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由"
        "問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真"
        "論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至隊形社便空決"
        "您請謝郵件箱收發送附查退戶系統通知訂單付款合約會議，。、：（）「」《》號價格樣寄貨客服密碼登入網址地址聯絡電話"
    ),
}
"""The characters that most text is of: of newspapers and of mail, as they are known."""
_TONGUES = {"cp932": "ja", "euc_jp": "ja", "gb18030": "zh", "big5hkscs": "tw"}


def detect(data: bytes) -> tuple[str, Basis]:
    r"""Say in which codec bytes are, and how that was found. Never raises, takes linear time.

    What is ASCII is that, as if it were declared. UTF-7 is never guessed.

    >>> detect(b"\x1b$B-!\x1b(B"), detect("これは".encode("cp932")), detect(b"a\x1b[31m")
    (('iso2022_jp', 'escapes'), ('cp932', 'kana'), ('ascii', 'declared'))
    """
    if data.isascii():
        return _seven_bits(data)
    wide = _utf_16(data)
    if wide:
        return wide, "guessed"
    if decode_strictly(data, "utf-8") is not None:
        return "utf-8", "utf-8"
    sample = _sample(data)
    if not sample.translate(None, _WEST) and not _ADJACENT.search(sample):
        return "cp1252", "guessed"
    japanese = by_kana(sample)
    return (japanese, "kana") if japanese else (by_common(sample) or _guess(sample), "guessed")


def _seven_bits(data: bytes) -> tuple[str, Basis]:
    """Tell what is of seven bits by its escapes."""
    if data.find(_KOREAN) >= 0 and decode_strictly(data, "iso2022_kr") is not None:
        return "iso2022_kr", "escapes"
    if LEADS_OUT.search(data):
        return "iso2022_jp", "escapes"
    if _HZ.search(data) and decode_strictly(data, "hz") is not None:
        return "hz", "escapes"
    wide = _utf_16(data)
    return (wide, "guessed") if wide else ("ascii", "declared")


def _utf_16(data: bytes) -> str | None:
    """Tell UTF-16 by its mark, or by the nought in every other byte that Western text has there."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} and len(data) % 2 == 0:
        return "utf-16-le" if data[0] == 0xFF else "utf-16-be"
    sample = data[:SAMPLE]
    if sample.count(0) * 3 < len(sample) or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return "utf-16-be" if even > 8 * odd else "utf-16-le" if odd > 8 * even else None


def by_kana(sample: bytes) -> str | None:
    """Tell Shift_JIS and EUC-JP by kana: they make a third of what is not ASCII, in Japanese text alone."""
    found = []
    for codec in ("cp932", "euc_jp"):
        text = _text(sample, codec)
        if text is not None:
            kana = _KANA.findall(text)
            various = len(kana) < 4 or len(set(kana)) > 2  # a Korean who laughs writes one letter again and again
            if various and len(kana) * 3 >= max(beyond_ascii(text), 1):
                found.append((len(kana), codec))
    return max(found)[1] if found else None


def by_common(sample: bytes, share: float = 0.67) -> str | None:
    """Tell a few kanji from Chinese: that share of the wide characters, and more than in any other reading, are common."""
    if not sample.translate(None, _LOWER):
        return None
    best, most = None, 0
    for codec, tongue in _TONGUES.items():
        text = _text(sample[:_WEIGHED], codec)
        if text is not None:
            half = sum(map(len, _HALF_WIDTH.findall(text)))
            wide = beyond_ascii(text) - half
            known = sum(map(_COMMON[tongue].__contains__, text)) + len(_KANA.findall(text))
            if known > share * wide or (codec == "euc_jp" and half and not wide):
                best, share, most = codec, known / max(wide, 1), known
    return best if best in {"cp932", "euc_jp"} or most >= _SURE else None


def beyond_ascii(text: str) -> int:
    """Count the characters that are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _text(sample: bytes, codec: str) -> str | None:
    """Decode a sample, which may end within a character where it was cut."""
    if codec == "euc_jp" and not _EUC.fullmatch(sample):
        return None
    text = decode_strictly(sample, codec)
    if text is None and len(sample) >= _WEIGHED:
        return decode_strictly(sample[:-1], codec) or decode_strictly(sample[:-2], codec)
    return text


def _sample(data: bytes) -> bytes:
    """Give what is guessed from: from the first high byte on, up to a line's end, so that no character is cut."""
    if len(data) <= SAMPLE:
        return data
    start = len(data) - len(data.lstrip(bytes(range(128))))
    start = data.rfind(b"\n", max(0, start - 200), start) + 1 or start
    end = data.rfind(b"\n", start + SAMPLE // 2, start + SAMPLE)
    return data[start : end if end > 0 else start + SAMPLE]


def _guess(data: bytes) -> str:
    """Ask chardet."""
    import chardet  # noqa: PLC0415 - loaded only when all else has failed

    label = chardet.detect(data, include_encodings=CANDIDATES)["encoding"]
    codec = codec_of(label) if label else None
    codec = _OURS.get(codec or "", codec or "cp1252")
    high = len(data) - len(data.translate(None, _HIGH))
    few = high < FEW and not _WORD.search(data) and codec not in _WIDE
    in_words = codec in _WIDE and high < 2 * FEW and _IN_WORD.search(data) is not None
    if (few or in_words or _text(data, codec) is None) and decode_strictly(data, "cp1252") is not None:
        return "cp1252"
    return codec
