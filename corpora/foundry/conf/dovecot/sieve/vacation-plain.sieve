require ["vacation"];
vacation :addresses ["vacation-plain@store.test"] "Bin bis 7. Dezember im Urlaub. Grüße, Ägidius";
