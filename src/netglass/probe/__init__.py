"""The probe: measures a page from here, and writes it as OONI's clients do; and the test helper, the control for it.

All that speaks is written against ``wire.net`` alone, so the same coroutines run on real sockets (``socket_net``) and on the
lab's packets in virtual time. The measuring core:

- ``web_connectivity.measure(net, url, config) -> Measurement``: a measurement; ``.encode()`` is its line of JSON. It raises
  ``UsageError`` for what is no URL, and nothing for what the network does.
- ``urlgetter.measure_step(net, url, config) -> Measurement``: a single step (``tlshandshake://host:port`` …).
- ``config.Config``: how to measure. ``context`` is made once by ``handshake.make_context(roots_pem)`` and shared. ``helper``
  is the test helper's URL, ``resolver`` and ``doh`` are the public resolvers; None leaves any of them out. ``random``, when
  seeded, makes ids come again.
- ``config.Vantage``: who measures; ``config.Patience``: the time-outs, in seconds.
- ``helper.Helper(config, …).listen(host, address, port)``: the test helper on a ``Host``.

Around it: ``consent`` before the first packet, ``url_list`` and its risk classes, ``run`` (bounded, resumable), ``scrub`` and
``export`` (hold-back, times to the hour). The machine's clock is read through ``Net.read_clock`` alone; certificates are
checked against it.
"""
