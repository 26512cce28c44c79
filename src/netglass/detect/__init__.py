"""From verdicts to events: cells, segments, brackets, incidents, coverage and what changed since the last run.

Everything here is a function of arrays: the same verdicts and the same window give the same rows, on any machine and in any
order of arrival. Nothing is remembered between runs except the change log, which compares one run's rows with the last.
Events are blind to law: this room cannot import the register.
"""
