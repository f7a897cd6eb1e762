"""sendmail's tables as data: access, mailertable, smart host, masquerading. Pure: no DNS, and no file but by `text`."""
