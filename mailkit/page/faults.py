"""Why something could not be read, in Japanese: what `mailkit.sources`, `mailkit.batch` and `mailkit.arrow` say of an input.

Their sentences are few, and differ in names and figures. A name in braces stands for what differs: it is kept, or is itself
one of these texts. What is not here stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from mailkit.page.words import Language

FAULTS: dict[str, str] = {
    # a file
    "no such file or folder; check the path": "ファイルまたはフォルダーがありません。パスを確認してください",
    "no such file, but it looks like an SMTP reply: `mailkit reply` classifies those": (
        "ファイルがありません。SMTPの応答文のようです。`mailkit reply` で分類できます"
    ),
    "is no name of a file ({why})": "ファイル名として使えません（{why}）",
    "cannot be read ({why})": "読み取れません（{why}）",
    "cannot be read ({why}); check its permissions": "読み取れません（{why}）。アクセス権を確認してください",
    "cannot be read further ({why})": "途中から先を読み取れません（{why}）",
    "standard input cannot be read ({why})": "標準入力を読み取れません（{why}）",
    "standard input is closed; pipe a message into it or name a file": (
        "標準入力が閉じています。メールをパイプで渡すか、ファイルを指定してください"
    ),
    "is too large: {size} bytes, the limit is {limit}; raise it with --max-bytes": (
        "大きすぎます（{size}バイト、上限は{limit}バイト）。上限は `--max-bytes` で上げられます"
    ),
    "is too large: more than {size} bytes, the limit is {limit}; raise it with --max-bytes": (
        "大きすぎます（{size}バイト超、上限は{limit}バイト）。上限は `--max-bytes` で上げられます"
    ),
    "is a queue file or record of SMTP ({form}); `mailkit envelope` reads it": (
        "キューファイルまたはSMTPの記録です（{form}）。`mailkit envelope` で読めます"
    ),
    # no mail
    "is no mail: {what}": "メールではありません（{what}）",
    "holds no mail: {what}": "中身がメールではありません（{what}）",
    "was delivered here, but {what}": "Maildirに配送されたファイルですが、{what}",
    "is no mail: {what}; unpack it": "メールではありません（{what}）。展開してください",
    "is no mail: {what}, or in a pipe; name the file": (
        "メールではありません（{what}、またはパイプ）。ファイル名を指定してください"
    ),
    "is no mail: {what} without mail ({count} files: {names})": (
        "メールではありません（{what}。メールが1通もありません。{count}ファイル：{names}）"
    ),
    "is no mail: {what} without mail ({count} file: {names})": (
        "メールではありません（{what}。メールが1通もありません。{count}ファイル：{names}）"
    ),
    "{names} and more": "{names}、ほか",
    "a link that leads nowhere": "リンク先がありません",
    "empty": "空です",
    "binary data": "バイナリデータ",
    "lines of a log; `mailkit reply --log` reads those": "ログの行。`mailkit reply --log` で読めます",
    "it does not begin with header fields; give a message as it came, with its header": (
        "先頭がヘッダーではありません。受信したままの、ヘッダー付きのメールを渡してください"
    ),
    "a PDF document": "PDF文書",
    "a PNG picture": "PNG画像",
    "a JPEG picture": "JPEG画像",
    "a GIF picture": "GIF画像",
    "a program": "実行ファイル",
    "a Windows program": "Windowsの実行ファイル",
    "a SQLite database": "SQLiteデータベース",
    "a 7z archive": "7zアーカイブ",
    "zstd data; pipe it: zstdcat FILE | mailkit classify -": (
        "zstdで圧縮されています。`zstdcat FILE | mailkit classify -` のようにパイプで渡してください"
    ),
    "JSON, but not lines that have each a message in a column called raw": (
        "JSONですが、各行の列 raw にメールを持つ形式ではありません"
    ),
    "an Outlook .pst file; readpst makes mboxes of it": "Outlookの .pst ファイル。readpst でmboxに変換できます",
    "an Outlook .msg or Office file; save it as .eml": (
        "Outlookの .msg またはOfficeのファイル。.eml 形式で保存してください"
    ),
    # archives
    "{what} inside others": "入れ子になった{what}",
    "an empty {what}": "空の{what}",
    "a packed file": "圧縮ファイル",
    "a {kind} archive": "{kind}アーカイブ",
    "{kind} archive": "{kind}アーカイブ",
    "a link to {target}": "{target} へのリンク",
    "a device": "デバイスファイル",
    "a pipe": "名前付きパイプ",
    "a list of files": "ファイルの一覧",
    "the rest of a file on another volume": "別ボリュームにあるファイルの続き",
    "the name of a volume": "ボリューム名",
    "is a file with holes; unpack the archive": "スパースファイルです。アーカイブを展開してください",
    "is encrypted; unpack the archive with its password": "暗号化されています。パスワードを使って展開してください",
    "is packed by method {method}; unpack the archive": "圧縮方式 {method} には未対応です。アーカイブを展開してください",
    "it is cut short": "途中で切れています",
    "it is damaged: {what}": "破損しています：{what}",
    "checksum": "チェックサムが一致しません",
    "it is smaller than the directory says": "ディレクトリの記載より小さい",
    "it is larger than the directory says": "ディレクトリの記載より大きい",
    "its properties are none of LZMA": "LZMAのプロパティが不正",
    "it needs {size} bytes of memory; unpack the archive": "{size}バイトのメモリーが必要です。アーカイブを展開してください",
    "it is no whole zip archive: there is no directory at its end; fetch it again, or `zip -FF` mends it": (
        "完全なzipアーカイブではなく、末尾のディレクトリがありません。取得し直すか、`zip -FF` で修復してください"
    ),
    "it is one of several parts; join them": "分割アーカイブの一部です。結合してください",
    "its directory is damaged at byte {place}": "ディレクトリの{place}バイト目が破損しています",
    "there is no member at the place that the directory says": "ディレクトリが示す位置にファイルがありません",
    "its members overlap one another, from {name} on; unpack it, if you trust it": (
        "{name} 以降のファイルが互いに重なっています。信頼できる場合に限り展開してください"
    ),
    "the header at byte {place} is damaged": "{place}バイト目のヘッダーが破損しています",
    "the header at byte {place} is damaged: {what}": "{place}バイト目のヘッダーが破損しています：{what}",
    "the header at byte {place} is missing, for the archive is cut short": (
        "アーカイブが途中で切れており、{place}バイト目にヘッダーがありません"
    ),
    "a size of {size}": "サイズの記載が {size}",
    "records of {size} bytes": "レコードが{size}バイト",
    # rows
    "is no JSON ({why})": "JSONではありません（{why}）",
    "is no JSON object but {kind}": "JSONオブジェクトではなく {kind} です",
    "has no message: no column {column}, or it is null; there is {names}": (
        "メールがありません。列 {column} がないか、値がnullです（ある列：{names}）"
    ),
    "has no message in its column but {kind}": "列の値がメールではなく {kind} です",
    "more than can be named here": "多数のため省略",
    "none": "なし",
    "is null": "値がnullです",
    "is no message but {kind}": "メールではなく {kind} です",
    "Parquet without a column {column} of binary or text; there is {names}": (
        "バイナリまたはテキストの列 {column} がないParquet。ある列：{names}"
    ),
    "is Parquet, which needs pyarrow: pip install 'mailkit-bounce[parquet]'": (
        "Parquetを読むにはpyarrowが必要です：`pip install 'mailkit-bounce[parquet]'`"
    ),
    "cannot be read ({why}), nor can the rest of its row group": (
        "読み取れません（{why}）。同じ行グループの残りも読み取れません"
    ),
    "a row group of {count} rows": "行グループが{count}行",
    "has no ids: no column {column}; there is {names}": "IDの列 {column} がありません（ある列：{names}）",
    "has no ids: its column {column} holds {kind}": "IDの列 {column} の型 {kind} はIDとして使えません",
    "is too large, or one of the {count} rows of its row group is, which are not read: {size} bytes together,"
    " the limit of a message is {limit}; raise it with --max-bytes": (
        "この行、または同じ行グループの{count}行のどれかが大きすぎるため、読み取りませんでした"
        "（合計{size}バイト、1通の上限は{limit}バイト）。上限は `--max-bytes` で上げられます"
    ),
    # a file that is written while it is read
    "has changed since it was cut: from byte {place} on it gives {count} of {most} messages; "
    "read it again when nobody writes into it": (
        "読み取り中に変更されました（{place}バイト目以降で{most}通のうち{count}通）。書き込みのないときに読み直してください"
    ),
    # a process
    "the process that read it {what}": "読み取り中のプロセスが{what}",
    "took more than {count} seconds": "{count}秒以内に終わりませんでした",
    "was killed (signal {signal}): was there no memory left?": (
        "強制終了されました（シグナル{signal}）。メモリー不足かもしれません"
    ),
    "was killed (signal {signal})": "強制終了されました（シグナル{signal}）",
    "ended with exit code {code}": "終了コード{code}で終了しました",
    "mailkit failed: {kind}: {what}": "mailkitの内部エラーです（{kind}：{what}）",
    # the system, and the standard library
    "No such file or directory": "ファイルまたはディレクトリがありません",
    "Permission denied": "アクセス権がありません",
    "Input/output error": "入出力エラー",
    "Is a directory": "ディレクトリです",
    "Too many open files": "開いているファイルが多すぎます",
    "Too many levels of symbolic links": "シンボリックリンクの循環",
    "Stale file handle": "ファイルハンドルが無効",
    "embedded null byte": "NUL文字を含む",
    "Compressed file ended before the end-of-stream marker was reached": "圧縮データが途中で切れています",
    "CRC check failed {found} != {stated}": "CRCが一致しません",
    "Incorrect length of data produced": "展開後の長さが一致しません",
    "Error {code} while decompressing data: {what}": "展開エラー {code}：{what}",
    "Corrupt input data": "圧縮データが不正です",
    "Invalid data stream": "圧縮データが不正です",
    "JSON is malformed: {what} (byte {place})": "構文エラー：{what}、{place}バイト目",
    "invalid character": "不正な文字",
    "Input data was truncated": "途中で切れています",
}
"""What is said in English, and what stands for it; a text in backquotes is typed as it is."""

_FIELD = re.compile(r"\\\{(\w+)\\\}")


def fault_in(lang: Language, text: str) -> str:
    """Give in a language why something could not be read.

    >>> fault_in("ja", "cannot be read (Permission denied); check its permissions")
    '読み取れません（アクセス権がありません）。アクセス権を確認してください'
    >>> fault_in("en", "is null"), fault_in("ja", "what nobody knows")
    ('is null', 'what nobody knows')
    """
    if lang == "en":
        return text
    for pattern, said in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return said.format(**{name: fault_in(lang, part) for name, part in found.groupdict().items()})
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Give what matches each text, that with most words first."""
    texts = sorted(FAULTS, key=lambda text: -len(_FIELD.sub("", re.escape(text))))
    return tuple((re.compile(_FIELD.sub(r"(?P<\1>.+)", re.escape(text)), re.DOTALL), FAULTS[text]) for text in texts)
