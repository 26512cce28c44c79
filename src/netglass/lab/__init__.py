"""The lab: a sealed, emulated internet with censors inside, where the truth is known."""
