"""A made-up world that measures itself: OONI-shaped Web Connectivity measurements of which the truth is known.

``python bench/sample --seed N --out DIR`` invents three countries, their networks, sites and block pages, decides who
blocks what and when and what else goes wrong, runs a model of OONI's client through that world, and writes what it saw
in the layout of OONI's bucket, with the truth beside it. The same seed gives the same bytes; another seed gives other
names, addresses, page texts, dates, mechanisms per country and client versions, so that nothing can be learned by heart.

No measurement is copied: the format follows the OONI specification (ts-017-web-connectivity, df-001 to df-008) and the
names of fields, tags and failures that the client writes. No packet is sent: timing and byte counts are drawn. What it
cannot show is whatever nobody thought of; a laboratory with real sockets is better evidence, and replaces it where one
is at hand.
"""
