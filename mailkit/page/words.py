"""All words of the page: English in the code and in the template, and what stands for them in Japanese.

A text with a figure in it has its singular behind a bar: ``{n} messages|{n} message``. Japanese has one form.
"""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

ADVICE: dict[str, str] = {
    "hard": "drop the address",
    "block": "the sender's side",
    "soft": "may heal",
    "none": "nothing to do",
}
"""What an advice asks for, in the order in which bars are stacked."""

KINDS: dict[str, str] = {
    "failure": "failures",
    "delay": "delay warnings",
    "success": "reports of success",
    "feedback": "reports of feedback",
    "auto-reply": "automatic replies",
    "challenge": "challenges",
    "receipt": "receipts",
    "other": "other mail",
}

REASONS: dict[str, str] = {
    "bad-mailbox": "No such mailbox",
    "bad-domain": "No such domain",
    "bad-syntax": "Not an address",
    "disabled": "Mailbox closed",
    "moved": "Mailbox moved",
    "full": "Mailbox full",
    "too-large": "Message too large",
    "not-authorised": "Sender not allowed",
    "relay-denied": "Relaying denied",
    "bad-sender": "Sender refused",
    "blocked": "Host blocked",
    "spam": "Taken for spam",
    "virus": "Taken for malware",
    "content": "Content refused",
    "auth-failed": "SPF, DKIM or DMARC",
    "rdns": "Reverse name",
    "policy": "Local policy",
    "rate-limited": "Too much, too fast",
    "greylisted": "Greylisted",
    "network": "Host did not answer",
    "dns": "DNS did not answer",
    "loop": "Mail loop",
    "expired": "Queue gave up",
    "system": "Fault at their side",
    "protocol": "Protocol error",
    "unsupported": "Feature missing",
    "undefined": "No cause given",
}
"""The 27 reasons, in few words: labels of bars."""

REMEDIES: dict[str, str] = {
    "bad-mailbox": "Drop the address, and look where it came from: a form that does not confirm, or an old list.",
    "bad-domain": "Drop the address; where a whole domain went away, drop all of it.",
    "bad-syntax": "Correct the address or drop it, and check addresses where they are entered.",
    "disabled": "Drop the address: its mailbox is closed.",
    "moved": "Drop the address, or ask its owner for the new one by another way.",
    "full": "Wait. Drop the address if it stays full for weeks: then nobody reads it.",
    "too-large": "Send a link in place of the attachment, or make the message smaller.",
    "not-authorised": "The recipient takes mail from known senders only: ask to be let in, or write from an allowed address.",
    "relay-denied": "The server there does not know the domain: check the MX records, and your smart host and its login.",
    "bad-sender": "Give the sender's domain an MX or address record, and see that the return path exists.",
    "blocked": "Look up your address in the blocklist that is named, stop the cause, then ask for removal.",
    "spam": "Send only to people who asked for it, drop those who never open, and look at links and domains in the text.",
    "virus": "Scan the sending machine and the attachment; send files of programs as links.",
    "content": "Look at what the words name: an attachment, a header field, a link; take it out or repair it.",
    "auth-failed": "Repair SPF, sign with DKIM, and let one of them match the domain of From for DMARC.",
    "rdns": "Give the sending address a reverse name that leads back to it, and greet with that name.",
    "policy": "Read the words below and the page that they name; ask the postmaster there where they name none.",
    "rate-limited": "Send more slowly and over fewer connections, and warm up new addresses over weeks.",
    "greylisted": "Nothing is wrong: the queue tries again. See that it waits at least an hour and keeps one address.",
    "network": "Wait, and try to reach the host yourself; a firewall or a wrong MX record lasts.",
    "dns": "Wait; where it lasts, the domain's name servers are broken, or your resolver is.",
    "loop": "Somebody forwards in a circle: tell the postmaster there, or look at your own aliases and routes.",
    "expired": "The host was away for days: try again once, then treat the address as gone.",
    "system": "Wait; where it lasts for days, tell the postmaster there.",
    "protocol": "Look at the dialogue: a proxy, a time limit or line ends of your side may be the cause.",
    "unsupported": "Send without the feature: as plain ASCII, without SMTPUTF8, 8BITMIME or a demanded TLS.",
    "undefined": "The words say no cause: read the example, and send it to us as a new wording if it means something.",
}
"""What to do about each reason, in a plain sentence or two."""

NOT_FINAL = "Wait: this is not final. Drop the address once it fails for good."
"""What to do where a reason for dropping an address is given, and the delivery is only delayed or may still heal."""

COMPLAINTS: dict[str, str] = {
    "abuse": "Unwanted mail",
    "fraud": "Fraud or phishing",
    "opt-out": "Wants no more mail",
    "opt-out-list": "Wants no more of the list",
    "other": "Another complaint",
}
"""Types of complaints, in few words (RFC 5965 section 7.3, draft-kumaran-marf-opt-out)."""

OTHER_FEEDBACK: dict[str, str] = {
    "not-spam": "Taken out of the spam folder: the opposite of a complaint.",
    "auth-failure": "Mail in your name failed SPF, DKIM or DMARC: look at who sent it.",
    "virus": "Mail of yours was taken for malware: look at the machine that sent it.",
}
"""Types of feedback by which nobody complains (RFC 5965, RFC 6591), and what they say."""

STEPS: dict[str, str] = {
    "hour": "Over time, per hour",
    "day": "Over time, per day",
    "month": "Over time, per month",
    "year": "Over time, per year",
}
WAITS: tuple[str, ...] = (
    *("under 1 s", "1–10 s", "10–60 s", "1–10 min", "10–60 min", "1–6 h", "6–24 h", "1–3 days", "over 3 days"),
)
"""The bins of the whole way, whose ends are `mailkit.page.result.WAIT_ENDS`."""

JAPANESE: dict[str, str] = {
    # advice and kinds
    "drop the address": "宛先を削除",
    "the sender's side": "送信側の問題",
    "may heal": "回復待ち",
    "nothing to do": "対応不要",
    "failures": "配信失敗",
    "delay warnings": "遅延通知",
    "reports of success": "配信成功通知",
    "reports of feedback": "フィードバックレポート",
    "automatic replies": "自動応答",
    "challenges": "送信者確認の要求",
    "receipts": "開封確認",
    "other mail": "その他のメール",
    # reasons
    "No such mailbox": "宛先不明",
    "No such domain": "存在しないドメイン",
    "Not an address": "アドレス形式不正",
    "Mailbox closed": "メールボックス停止",
    "Mailbox moved": "アドレス変更",
    "Mailbox full": "容量超過",
    "Message too large": "サイズ超過",
    "Sender not allowed": "送信者不許可",
    "Relaying denied": "中継拒否",
    "Sender refused": "差出人拒否",
    "Host blocked": "送信元ブロック",
    "Taken for spam": "迷惑メール判定",
    "Taken for malware": "マルウェア判定",
    "Content refused": "内容拒否",
    "SPF, DKIM or DMARC": "送信ドメイン認証失敗",
    "Reverse name": "逆引き不備",
    "Local policy": "受信側ポリシー",
    "Too much, too fast": "流量制限",
    "Greylisted": "グレイリスト",
    "Host did not answer": "接続不可",
    "DNS did not answer": "DNS応答なし",
    "Mail loop": "メールループ",
    "Queue gave up": "再送期限切れ",
    "Fault at their side": "受信側の障害",
    "Protocol error": "プロトコルエラー",
    "Feature missing": "拡張機能未対応",
    "No cause given": "理由不明",
    # remedies
    "Drop the address, and look where it came from: a form that does not confirm, or an old list.": (
        "宛先を削除し、登録経路を確認してください。確認メールのない登録フォームや古い名簿が原因かもしれません。"
    ),
    "Drop the address; where a whole domain went away, drop all of it.": (
        "宛先を削除してください。ドメイン自体が消滅した場合は、そのドメインの宛先をすべて削除します。"
    ),
    "Correct the address or drop it, and check addresses where they are entered.": (
        "アドレスを訂正するか削除し、入力時の形式チェックを見直してください。"
    ),
    "Drop the address: its mailbox is closed.": "宛先を削除してください。メールボックスは閉鎖されています。",
    "Drop the address, or ask its owner for the new one by another way.": (
        "宛先を削除するか、別の手段で本人に新しいアドレスを確認してください。"
    ),
    "Wait. Drop the address if it stays full for weeks: then nobody reads it.": (
        "しばらく待ちます。何週間も容量超過が続くなら読まれていないため、宛先を削除してください。"
    ),
    "Send a link in place of the attachment, or make the message smaller.": (
        "添付ファイルの代わりにリンクを送るか、メールを小さくしてください。"
    ),
    "The recipient takes mail from known senders only: ask to be let in, or write from an allowed address.": (
        "受信側は許可した送信者からしか受け取りません。許可を依頼するか、許可済みのアドレスから送信してください。"
    ),
    "The server there does not know the domain: check the MX records, and your smart host and its login.": (
        "相手サーバーがこのドメインを扱っていません。MXレコードと、自社のスマートホストおよびその認証設定を確認してください。"
    ),
    "Give the sender's domain an MX or address record, and see that the return path exists.": (
        "送信ドメインにMXまたはA/AAAAレコードを設定し、Return-Pathのアドレスが実在することを確認してください。"
    ),
    "Look up your address in the blocklist that is named, stop the cause, then ask for removal.": (
        "示されたブロックリストで自社のIPアドレスを調べ、原因を止めてから解除を申請してください。"
    ),
    "Send only to people who asked for it, drop those who never open, and look at links and domains in the text.": (
        "希望者だけに送り、長く反応のない宛先を外し、本文のリンクとドメインを見直してください。"
    ),
    "Scan the sending machine and the attachment; send files of programs as links.": (
        "送信元の端末と添付ファイルを検査し、実行ファイルはリンクで渡してください。"
    ),
    "Look at what the words name: an attachment, a header field, a link; take it out or repair it.": (
        "応答文が指すもの（添付ファイル、ヘッダー、リンクなど）を確認し、取り除くか直してください。"
    ),
    "Repair SPF, sign with DKIM, and let one of them match the domain of From for DMARC.": (
        "SPFを直し、DKIMで署名し、どちらかをFromのドメインと一致（アライメント）させてDMARCに合格させてください。"
    ),
    "Give the sending address a reverse name that leads back to it, and greet with that name.": (
        "送信元IPアドレスに正引きと一致する逆引きを設定し、EHLOでもその名前を名乗ってください。"
    ),
    "Read the words below and the page that they name; ask the postmaster there where they name none.": (
        "下の応答文と、そこに示されたページを読んでください。ページがなければ相手のポストマスターに問い合わせます。"
    ),
    "Send more slowly and over fewer connections, and warm up new addresses over weeks.": (
        "送信速度と同時接続数を下げ、新しいIPアドレスは数週間かけて徐々に流量を増やしてください。"
    ),
    "Nothing is wrong: the queue tries again. See that it waits at least an hour and keeps one address.": (
        "異常ではなく、キューが再送します。1時間以上は再送を続け、同じIPアドレスから送るようにしてください。"
    ),
    "Wait, and try to reach the host yourself; a firewall or a wrong MX record lasts.": (
        "しばらく待ち、自分でも接続を試してください。ファイアウォールやMXレコードの誤りなら自然には直りません。"
    ),
    "Wait; where it lasts, the domain's name servers are broken, or your resolver is.": (
        "しばらく待ちます。続くようなら、相手ドメインの権威DNSサーバーか自社のリゾルバーの障害です。"
    ),
    "Somebody forwards in a circle: tell the postmaster there, or look at your own aliases and routes.": (
        "転送が循環しています。相手のポストマスターに連絡するか、自社のエイリアスと配送経路を確認してください。"
    ),
    "The host was away for days: try again once, then treat the address as gone.": (
        "相手サーバーが数日間応答しませんでした。一度だけ再送し、届かなければ無効な宛先として扱ってください。"
    ),
    "Wait; where it lasts for days, tell the postmaster there.": (
        "しばらく待ちます。何日も続くなら相手のポストマスターに連絡してください。"
    ),
    "Look at the dialogue: a proxy, a time limit or line ends of your side may be the cause.": (
        "SMTPのやり取りを確認してください。自社側のプロキシ、タイムアウト、改行コードが原因のことがあります。"
    ),
    "Send without the feature: as plain ASCII, without SMTPUTF8, 8BITMIME or a demanded TLS.": (
        "その拡張機能を使わずに送信してください（ASCIIのみ、SMTPUTF8・8BITMIMEなし、TLS必須の解除など）。"
    ),
    "The words say no cause: read the example, and send it to us as a new wording if it means something.": (
        "応答文に理由がありません。例を読み、意味があるなら新しい文言として開発元にお知らせください。"
    ),
    "Wait: this is not final. Drop the address once it fails for good.": (
        "しばらく待ちます。まだ確定ではありません。恒久的な失敗になったら宛先を削除してください。"
    ),
    # complaints
    "Unwanted mail": "迷惑メールの申告",
    "Fraud or phishing": "詐欺・フィッシングの申告",
    "Wants no more mail": "配信停止の希望",
    "Wants no more of the list": "リストの配信停止の希望",
    "Another complaint": "その他の苦情",
    # steps and waits
    "Over time, per hour": "時間の推移（1時間ごと）",
    "Over time, per day": "時間の推移（日ごと）",
    "Over time, per month": "時間の推移（月ごと）",
    "Over time, per year": "時間の推移（年ごと）",
    "under 1 s": "1秒未満",
    "1–10 s": "1～10秒",
    "10–60 s": "10～60秒",
    "1–10 min": "1～10分",
    "10–60 min": "10～60分",
    "1–6 h": "1～6時間",
    "6–24 h": "6～24時間",
    "1–3 days": "1～3日",
    "over 3 days": "3日超",
    "{n} s": "{n}秒",
    "{n} min": "{n}分",
    "{n} h": "{n}時間",
    "{n} d": "{n}日",
    # head
    "Bounces": "バウンスメールレポート",
    "{first} to {last}, UTC": "{first}～{last}（UTC）",
    "Sections": "目次",
    "The run in figures": "全体の概要",
    "What to do first": "まず対処すること",
    "Failures": "配信失敗の内訳",
    "What the servers said": "サーバーの応答",
    "Delays on the way": "配送経路の遅延",
    "Nothing was read: this run holds no message.": "読み込まれたメールはありません。この処理結果は空です。",
    "No delivery failed in this run. There is nothing to drop and nothing to repair.": (
        "この処理結果に配信失敗はありませんでした。削除する宛先も直すべき問題もありません。"
    ),
    "{n} deliveries failed: {parts}.|{n} delivery failed: {parts}.": "{n}件の配信が失敗しました。内訳は{parts}です。",
    "{n} for good ({drops})": "恒久的な失敗{n}件（{drops}）",
    "{n} for good": "恒久的な失敗{n}件",
    "{n} addresses to drop|{n} address to drop": "削除すべきアドレス{n}件",
    "{n} on the sender's side": "送信側の問題{n}件",
    "{n} may heal": "回復待ち{n}件",
    "{n} with nothing to do": "対応不要{n}件",
    ", ": "、",
    "{n} more are delayed.|{n} more is delayed.": "ほかに{n}件が遅延中です。",
    "{n} deliveries are delayed; none failed.|{n} delivery is delayed; none failed.": (
        "{n}件が遅延中です。失敗した配信はありません。"
    ),
    "This run is not finished: the page shows what is done so far. Take it up with the words it was begun with:": (
        "この処理は完了していません。このページは処理済みの分だけを示しています。同じ引数を付けて、次のように再開してください。"
    ),
    # figures
    "messages": "メール",
    "recipients failed": "配信失敗の宛先",
    "recipients delayed": "遅延中の宛先",
    "not read": "読み取り不可",
    "complaints, in {n} reports|complaints, in {n} report": "苦情（レポート{n}件）",
    "other feedback": "苦情以外のフィードバック",
    "What the messages are": "メールの種類",
    "kind": "種類",
    "share": "割合",
    "What could not be read": "読めなかったもの",
    "Causes, each with the name of one": "原因と、その一例の名前",
    "why": "理由",
    "{n} messages lack their end or met a limit: they were read as far as they go.|{n} message lacks its end or met a limit: it was read as far as it goes.": (
        "{n}通は末尾が欠けているか上限に達したため、読めたところまでを集計しています。"
    ),
    # what to do first
    "Drop these addresses": "削除すべき宛先",
    "Mail to them reaches nobody, and to go on writing costs you standing with the providers.": (
        "これらの宛先にメールが届くことはありません。送り続けるとプロバイダーからの評価が下がります。"
    ),
    "No address has to be dropped.": "削除すべき宛先はありません。",
    "{n} further failures look the same but are only guessed: they are not listed.|{n} further failure looks the same but is only guessed: it is not listed.": (
        "ほかに{n}件の失敗も同様に見えますが、推測にすぎないため一覧に含めていません。"
    ),
    "{n} failures for good name no address, and cannot be listed.|{n} failure for good names no address, and cannot be listed.": (
        "恒久的な失敗のうち{n}件には宛先の記載がなく、一覧に含められません。"
    ),
    "{n} of these addresses failed last more than a year before the newest message of this run: they are old, and may have been dropped long ago.|{n} of these addresses failed last more than a year before the newest message of this run: it is old, and may have been dropped long ago.": (
        "このうち{n}件は、最後の失敗が最新のメールより1年以上前の古い記録です。すでに削除済みかもしれません。"
    ),
    "Gone since the last day only, and perhaps back tomorrow; look before you drop the addresses there:": (
        "次のドメインは最終日になって初めて見つからなくなりました。復旧するかもしれないため、削除する前に確認してください："
    ),
    "{date} (old)": "{date}（古い記録）",
    "Addresses to drop, by domain": "ドメイン別の削除すべき宛先",
    "addresses": "アドレス数",
    "domain, and why": "ドメインと理由",
    "The full list, one address a line:": "全件の一覧（1行に1アドレス）は次のコマンドで得られます。",
    "Addresses to drop": "削除すべき宛先",
    "address": "アドレス",
    "status": "ステータス",
    "reason": "理由",
    "last seen": "最終日",
    "times": "回数",
    "Repair these: the sender's problems": "送信側で直すべき問題",
    "These failures say nothing about the recipients: mail was refused for what the sender is or does. Never count them against an address.": (
        "宛先の問題ではなく、送信側の状態や内容が原因の拒否です。宛先のエラーとして数えないでください。"
    ),
    "No delivery was refused for the sender's sake.": "送信側が原因の拒否はありませんでした。",
    "The sender's problems by provider": "プロバイダー別の送信側の問題",
    "provider or domain": "プロバイダー・ドメイン",
    "failed": "失敗",
    "delayed": "遅延",
    "Wait for these: full mailboxes, systems that are down": "待つべきもの：容量超過、停止中のシステム",
    "Count them; drop an address only when it goes on for weeks (`mailkit ledger` does that).": (
        "回数だけ記録し、何週間も続く場合にのみ宛先を削除します（`mailkit ledger` が行います）。"
    ),
    "Nothing waits to heal.": "回復待ちの宛先はありません。",
    "What may heal, by provider": "プロバイダー別の一時的な失敗",
    "Complaints": "苦情",
    "Whoever complains must not be written to again (`mailkit ledger` sees to it). Look at what was sent, and how they came onto the list.": (
        "苦情を申し立てた人には二度と送信してはいけません（`mailkit ledger` が停止します）。送った内容と登録の経緯を確認してください。"
    ),
    "Nobody complained.": "苦情はありませんでした。",
    "Complaints by type, domain and source": "種別・ドメイン・送信元別の苦情",
    "type": "種別",
    "reported domain, and source": "対象ドメインと送信元IP",
    "complaints": "苦情",
    "not told": "記載なし",
    "{n} people are named who complain; `--addresses` shows them.|{n} person is named who complains; `--addresses` shows who.": (
        "苦情を申し立てた人のうち{n}人が特定できます。`--addresses` を付けると表示します。"
    ),
    "Who complains": "苦情を申し立てた人",
    "Other reports": "その他のレポート",
    "Reports that are no complaints": "苦情ではないレポート",
    "By these nobody complains; they are not counted above.": "以下は苦情ではなく、上の件数には含まれません。",
    "what it says": "内容",
    "reports": "件数",
    "Taken out of the spam folder: the opposite of a complaint.": (
        "迷惑メールではないと判定し直されたものです。苦情の逆を意味します。"
    ),
    "Mail in your name failed SPF, DKIM or DMARC: look at who sent it.": (
        "自社名義のメールがSPF、DKIMまたはDMARCに失敗しました。送信元を確認してください。"
    ),
    "Mail of yours was taken for malware: look at the machine that sent it.": (
        "送信したメールがマルウェアと判定されました。送信元の端末を確認してください。"
    ),
    # failures
    "By reason": "理由別",
    "By domain": "ドメイン別",
    "By provider": "プロバイダー別",
    "Failed recipients by reason": "理由別の失敗した宛先数",
    "Failed recipients by domain": "ドメイン別の失敗した宛先数",
    "Failed recipients by provider": "プロバイダー別の失敗した宛先数",
    "Failed recipients over time": "失敗した宛先数の推移",
    "domain": "ドメイン",
    "provider": "プロバイダー",
    "time (UTC)": "日時（UTC）",
    "all": "合計",
    "hard": "ハード",
    "block": "ブロック",
    "soft": "ソフト",
    "none": "なし",
    "others ({n})": "その他（{n}件）",
    "others ({n}), and hosts with fewer than 3 messages": "その他（{n}件、3通未満のホストを含む）",
    "{n} in all": "全{n}件",
    "nobody well known": "主要プロバイダー以外",
    "no domain": "ドメイン記載なし",
    "{n} messages lie outside this span: their dates are far from all others.|{n} message lies outside this span: its date is far from all others.": (
        "{n}通は日付がほかと大きく離れているため、この期間に含めていません。"
    ),
    "{n} messages have no date.|{n} message has no date.": "{n}通には日付がありません。",
    # diagnostics
    "The same words with another address, number or host count as one; marks like {address} stand for what differs.": (
        "アドレス、数値、ホスト名だけが異なる応答は1つにまとめています。{address} などの印は異なる部分を表します。"
    ),
    "The most frequent answers": "最も多い応答",
    "words, and an example": "応答文と例",
    "{word}: {what}": "{word}：{what}",
    "No server said anything.": "サーバーの応答はありません。",
    # hops
    "How long mail waited before each host": "各ホストに渡るまでの待ち時間",
    "How long the whole way took": "全経路の所要時間",
    "Seconds before the host in the row took the mail over: half of the mail waited no longer than the median, 95 of 100 no longer than the second figure. Both are estimates, within a twentieth.": (
        "行のホストが受け取るまでの時間です。半数は中央値以下、100通中95通は95パーセンタイル値以下で渡りました。いずれも5%以内の推定値です。"
    ),
    "host": "ホスト",
    "These are the delays of the messages in this run, such as the bounces on their way back to you; the mail that was sent took another way.": (
        "これは、返ってきたバウンスメールなど、この処理で読んだメール自体の遅延です。元の送信メールの遅延ではありません。"
    ),
    "No host took 3 messages or more.": "3通以上を受け取ったホストはありません。",
    "median": "中央値",
    "95 of 100 within": "95パーセンタイル",
    "Time from the first date to the last, of the messages that were read": (
        "読み込んだメールの最初の日時から最後の日時までの時間"
    ),
    "time": "時間",
    "{n} hops have clocks that run against each other, and are left out.|{n} hop has clocks that run against each other, and is left out.": (
        "{n}件の区間はホスト間の時計がずれているため除外しました。"
    ),
    "{n} ways end before they begin, by their clocks, and are left out.|{n} way ends before it begins, by its clocks, and is left out.": (
        "{n}通は時計のずれで所要時間が負になるため除外しました。"
    ),
    "This run has no hops. Ask for them when you run the batch:": (
        "この処理結果には経路情報がありません。バッチ実行時に次のように指定してください。"
    ),
    # charts
    "{title}: {n} bars, the longest is {name} with {most}. The table below has all figures.|{title}: one bar, {name} with {most}. The table below has all figures.": (
        "{title}：棒{n}本。最長は{name}の{most}。数値はすべて下の表にあります。"
    ),
    "{title}: a line from the median to the 95th percentile for each of {n} hosts; the slowest is {name}, {most}. The table below has all figures.": (
        "{title}：{n}ホストそれぞれの中央値から95パーセンタイルまでの線。最も遅いのは{name}で{most}。数値はすべて下の表にあります。"
    ),
    # foot
    "The run has more names than are counted at once ({n}): ≥ marks figures that may be too low, ≈ estimates, mostly within 3 in 100.": (
        "異なる値が同時に数えられる上限（{n}件）を超えています。≥ は下限値、≈ は推定値（誤差はおおむね3%以内）です。"
    ),
    "Made by mailkit. One file, no script, nothing is loaded from elsewhere.": (
        "mailkit が作成。単一ファイルで、スクリプトも外部からの読み込みもありません。"
    ),
    "Addresses are shortened to their first letter and domain; `--addresses` shows them.": (
        "アドレスは先頭の1文字とドメインだけを示しています。`--addresses` を付けるとすべて表示します。"
    ),
    "This page holds addresses of people: keep it as you keep those.": (
        "このページには個人のメールアドレスが含まれます。取り扱いに注意してください。"
    ),
}


def words_of(lang: Language, text: str, **values: object) -> str:
    """Give a text in a language, with its figures; the first form where ``n`` is not 1.

    >>> undated = "{n} messages have no date.|{n} message has no date."
    >>> words_of("en", undated, n=1), words_of("ja", undated, n=2)
    ('1 message has no date.', '2通には日付がありません。')
    """
    many, _, one = text.partition("|")
    chosen = JAPANESE.get(text, many) if lang == "ja" else one if one and str(values.get("n")) == "1" else many
    return chosen.format(**values) if values else chosen
