require ["reject"];
reject "I am not taking calls, and I do not want this tapioca.

Please write to my secretary instead.";
