"""The servers of the lab: resolvers, sites, content networks, block pages, hotspots and interception, as plain coroutines.

Each is written on ``wire.net`` alone, so the same code serves on packets of virtual time and on real sockets. What a server
does at a moment is data that the calendar gives it; nothing here knows of policies or of truth.
"""
