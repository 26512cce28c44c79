"""The simulated backend: programs written on ``netglass.wire.net`` run on virtual time over in-process IP packets.

How a lab is put together::

    async def play() -> list[str]:
        network = Network(seed=7)
        home = network.add_region([Middlebox(censor.process, Direction.OUTWARD, Direction.INWARD)])
        resolver = network.add_host("resolver", ["192.52.193.53"], home, delay_s=0.002)
        site = network.add_host("site", ["192.31.196.0/24", "2620:4f:8000::/64"])
        client = network.add_host("client", ["192.52.193.1"], home, resolvers=["192.52.193.53"], loss=0.01)
        network.add_hole("192.52.193.128/25")
        await site.listen("0.0.0.0", 80, serve_page)
        await resolver.listen_datagrams("192.52.193.53", 53, answer_query)
        return await client.resolve("www.example.test")

    run_virtual(play(), datetime(2026, 1, 1))

- ``loop``: ``run_virtual`` and the loop. Its time begins at 0.0 s, which is the date ``start``; middleboxes and observers are
  given that time in seconds. When everybody waits and nothing is under way, a ``LabError`` names who waits for what. When
  the program has ended, nothing is sent any more.
- ``network``: ``Network`` makes regions, hosts and holes (addresses that swallow packets). Addresses that lead nowhere are
  answered by *host unreachable*. ``observer`` sees every packet at every host.
- ``host``: ``SimHost`` is a ``net.Host``. ``listen*`` return at once and serve until the run ends or ``stop_listening``.
  Beyond the protocol it has ``listen_flows``, which gives a server one ``Flow`` for each peer, as QUIC needs.
  A server that raises ``OSError`` loses its connection; any other error of a server ends the run.
- ``region``: a network with a border. What stays inside passes no censor, and what a censor leads packets to has to be outside.
- ``opening``, ``tcp``, ``outbox``, ``inbox``, ``flow``, ``stub``: TCP, UDP and the resolver as Linux and glibc show them on the wire.

``Stream.close`` ends our side only, and the stream can still be read; when a served coroutine returns, its stream is
closed both ways, so what the peer sends then is answered by a reset. Limits: no fragments, no MTU discovery, no hop limits.
"""
