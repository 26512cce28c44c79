"""Truth against verdicts and events, and the fit of the likelihood ratios.

What is scored is what a store holds: rows of the ``verdict`` and ``event`` tables. Truth comes from files beside a
lab's or a scenario corpus's measurements. Every figure carries an interval from a bootstrap over policies and runs,
because a lab makes many measurements of few policies; what could not be scored is counted, never dropped in silence.
"""
