require ["vacation"];
vacation :days 1 :subject "Out of the office until 7 December" :addresses ["vacation@store.test"]
"I am away until 7 December and do not read my mail.

In urgent cases write to desk@store.test.";
