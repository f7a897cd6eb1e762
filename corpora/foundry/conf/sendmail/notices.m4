dnl sendmail's other notices (../unix/sendmail-*): in sendmail.mc before FEATURE(`no_default_msa').
define(`confTO_QUEUERETURN',`5d')dnl
define(`confTO_QUEUEWARN',`1s')dnl
define(`confCOPY_ERRORS_TO',`postmaster')dnl
define(`ALIAS_FILE',`/etc/mail/aliases')dnl
