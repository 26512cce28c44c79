"""Every verb, split by noun: each function here is a command of the command line, and each command a function here."""
