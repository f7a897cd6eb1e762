"""Mailbox providers.

Most providers run Postfix, Exim or qmail and send what these send; those have no row here. That the words of a
provider's row are known and were not met in a message is said in its `source`.
"""

from __future__ import annotations

from mailkit.bounce.dialects.engine import Clue, Dialect
from mailkit.bounce.dialects.forms import ANGLE, ANGLE_COLON, FLUSH, INDENTED, PLAIN_COLON, PLAIN_LINE

PROVIDERS: tuple[Dialect, ...] = (
    Dialect(
        name="zoho",
        source="Zoho Mail; seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@mail.zoho."),
            Clue("from", "mailer-daemon@zoho."),
            Clue("from", "@zohomail"),
        ),
        recipient=(
            r"\[Status: Error, Address: <{address}>",
            r"<?{address}>?[,:]? (?=ResponseCode|Error|ERROR|Invalid|\d{3})",
            INDENTED,
        ),
        delayed=("warning message only", "will be retried"),
    ),
    Dialect(
        name="google-groups",
        source="Google Groups help, posting errors; seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@googlemail.com"),
            Clue("body", "groups.google.com"),
            Clue("body", "google groups"),
            Clue("body", "google groupes"),
            Clue("body", "google grupos"),
            Clue("body", "google gruppi"),
            Clue("body", "google グループ"),
            Clue("body", "google группы"),
        ),
        need=3,
        action="failed",
    ),
    Dialect(
        name="gmail",
        source="Gmail help, bounced messages; seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@googlemail.com"),
            Clue("from", "mailer-daemon@google.com"),
            Clue("reporter", "googlemail.com"),
            Clue("message-id", ".gmrir@mx.google.com"),
        ),
        begin=(
            "delivery to the following recipient failed permanently:",
            "delivery to the following recipients failed permanently:",
            "delivery to the following recipient has been delayed:",
            "delivery to the following recipients has been delayed:",
            "message was not delivered to",
        ),
        recipient=(PLAIN_LINE,),
        quotes=("the error that the other server returned was:",),
        delayed=("has been delayed", "message delayed", "temporary problem", "delivery incomplete"),
    ),
    Dialect(
        name="mailru",
        source="mail.ru (Exim); seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@corp.mail.ru"),
            Clue("from", "@mail.ru"),
            Clue("from", ".mail.ru"),
            Clue("field", "x-failed-recipients"),
            Clue("field", "x-mailer-daemon-recipients"),
            Clue("body", "это письмо создано автоматически сервером mail.ru"),
        ),
        need=2,
        begin=("нескольким получателям:", "address(es) failed:"),
        end=("рекомендуем вам", "**********************"),
        recipient=(INDENTED,),
    ),
    Dialect(
        name="yandex",
        source="Yandex Mail (a Postfix that calls itself Yandex); seen in bounces",
        clues=(
            Clue("report", "x-yandex-queue-id"),
            Clue("body", "this is the mail system at host yandex."),
            Clue("body", "это письмо отправлено почтовым сервером yandex"),
        ),
        begin=("do not reply to this message.", "не отвечайте на это сообщение."),
        recipient=(FLUSH, r"<{address}> \(expanded from [^)\n]{1,300}\):"),
        delayed=("could not be delivered for more than", "####################"),
    ),
    Dialect(
        name="yahoo-old",
        source="Yahoo! until about 2008, Yahoo! JAPAN and SBC longer; seen in bounces",
        clues=(Clue("body", "unable to deliver message to the following address(es)"),),
        begin=("unable to deliver message to the following address(es)",),
        end=("--- original message follows",),
        recipient=(FLUSH,),
        action="failed",
    ),
    Dialect(
        name="yahoo-groups",
        source="Yahoo! Groups, answers to posts; knowledge of the product, not seen in a message",
        clues=(
            Clue("from", "yahoogroups."),
            Clue("body", "we are unable to deliver the message from"),
        ),
        need=2,
        recipient=(r"to <{address}>\.",),
        action="failed",
    ),
    Dialect(
        name="yahoo",
        source="Yahoo Mail; seen in bounces",
        clues=(
            Clue("body", "sorry, we were unable to deliver your message to the following address"),
            Clue("from", "mailer-daemon@yahoo."),
        ),
        end=("--- below this line is", "--- enclosed is a copy"),
        recipient=(ANGLE_COLON, ANGLE),
        action="failed",
    ),
    Dialect(
        name="aol",
        source="AOL: a Postfix called Outbound Mail Relay, seen in bounces; its sendmail before that, knowledge of the product",
        clues=(
            Clue("report", "x-outbound-mail-relay-queue-id"),
            Clue("body", "the address which was undeliverable is listed in the section"),
        ),
        begin=(
            "the following addresses had permanent fatal errors -----\n",
            "the following addresses had permanent fatal errors -----\r\n",
            "the mail system\n",
            "the mail system\r\n",
        ),
        recipient=(FLUSH, ANGLE),
        reader="transcript",
    ),
    Dialect(
        name="aol-refusal",
        source="AOL, mail to members who take none from a sender; its words are known from a description",
        clues=(Clue("body", "could not be delivered because they are not accepting mail from"),),
        begin=("because they are not accepting mail from",),
        recipient=(r"[ \t]{1,8}(?P<addr>[a-z][a-z0-9]{1,31})[ \t]*\r?$",),
        domain="aol.com",
        action="failed",
    ),
    Dialect(
        name="verizon",
        source="Verizon Wireless, mail to telephones (vtext.com, vzwpix.com); seen in bounces",
        clues=(Clue("body", "message could not be delivered to mobile"),),
        action="failed",
    ),
    Dialect(
        name="comcast",
        source="Comcast and Cox (Bizanga, now Cloudmark Security Platform); knowledge of the product, not seen in a message",
        clues=(
            Clue("body", "delivery last attempted at"),
            Clue("subject", "returned mail: delivery problems encountered"),
        ),
        begin=("the following addresses had delivery problems:",),
        recipient=(r"<{address}>[ \t]*\r?$",),
        delayed=("temporary failure:", "transient failure:"),
    ),
    Dialect(
        name="gmx",
        source="GMX, WEB.DE, mail.com, 1&1 and IONOS (United Internet); seen in bounces",
        clues=(
            Clue("from", "mailer-daemon@mail.gmx."),
            Clue("from", "mailer-daemon@gmx."),
            Clue("from", "mailer-daemon@web.de"),
            Clue("from", "mailer-daemon@kundenserver."),
            Clue("body", "could not be delivered to one or more of\nits recipients"),
            Clue("body", "could not be delivered to one or more of\r\nits recipients"),
        ),
        begin=("failed:",),
        recipient=(r"[ \t]{0,8}\"{address}\":", PLAIN_COLON, PLAIN_LINE),
        action="failed",
    ),
    Dialect(
        name="secureserver",
        source="GoDaddy (secureserver.net), a qmail with words of its own; seen in bounces",
        clues=(
            Clue("body", "your mail message to the following address(es) could not be delivered."),
            Clue("body", "there's a problem with the e-mail address(es) you're trying to send to."),
        ),
        end=("--- below this line is",),
        recipient=(FLUSH,),
        action="failed",
    ),
    Dialect(
        name="prima",
        source="Prima and Ciudad (Argentina), a qmail with words of its own; seen in bounces",
        clues=(Clue("body", "su mensaje no pudo ser entregado - sua mensagem nao pode ser enviada"),),
        end=("--- mensaje original adjunto",),
        recipient=(FLUSH,),
        action="failed",
    ),
    Dialect(
        name="newmail",
        source="newmail.ru and its sisters, a qmail with words of its own; seen in bounces",
        clues=(Clue("body", "this is the machine generated message from mail service"),),
        end=("--- below the next line is",),
        recipient=(FLUSH,),
        action="failed",
    ),
    Dialect(
        name="usa-net",
        source="USA.NET; seen in bounces",
        clues=(Clue("body", "a notice of this error has been reported to the postmaster"),),
        recipient=(r"Intended recipient:[ \t]*<?{address}>?",),
        action="failed",
    ),
    Dialect(
        name="compuserve",
        source="CompuServe; knowledge of the product, not seen in a message",
        clues=(Clue("from", "@compuserve.com"), Clue("body", "your message could not be delivered")),
        need=2,
        recipient=(r"[^\n]{0,60}Invalid receiver address: <?{address}>?",),
        whole=True,
        action="failed",
    ),
    Dialect(
        name="facebook",
        source="Facebook, mail to its members until 2014; knowledge of the product, not seen in a message",
        clues=(Clue("body", "this message was created automatically by facebook"), Clue("from", "@mx.facebook.com")),
    ),
    Dialect(
        name="intermail",
        source="Openwave InterMail and Post.Office: AT&T, BT, Cox, Virgilio, Telenet, plala and others; seen in bounces",
        clues=(Clue("body", "this message was undeliverable due to the following reason"),),
        end=("please reply to ",),
        recipient=(r"[ \t]{1,12}(?:Recipient: |SMTP )?<{address}>",),
        action="failed",
    ),
    Dialect(
        name="pec",
        source="Posta elettronica certificata (Aruba, Legalmail and others): D.M. 2 novembre 2005, allegato, section 6",
        clues=(Clue("field", "x-ricevuta"),),
        recipient=(
            r"[^\n]{0,300}(?:destinato all'utente|indirizzato a) \"{address}\"",
            r"[ \t]{0,8}{address} \(\"posta (?:certificata|ordinaria)\"\)",
        ),
        delayed=("nelle prime dodici ore",),
    ),
)
