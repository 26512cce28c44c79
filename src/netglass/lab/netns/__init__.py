"""The backend of namespaces: programs on ``netglass.wire.net`` run over real sockets, through a middlebox with a censor.

How a lab is put together: ``begin``, a function of a module, is called within the lab and says what is played::

    def begin(seed: int) -> Play:
        def prepare(order: bytes) -> Cast:
            return Cast([Machine("site", ("192.31.196.10/24",), 0.01, start_site)], ["192.52.193.128/25"], MOMENT)

        async def act(lab: Lab) -> AsyncIterator[list[str]]:
            client = await lab.lanes[0].set_up(Setting(b"", ["192.52.193.1"], ["192.31.196.53"], MOMENT, rules))
            yield await client.resolve("www.example.test")

        return Play(prepare, act)

    for found in launch(begin, 7, lanes=4, longest_s=600):
        ...

The *director* is the process that runs the clients, *servers* are processes with all other machines, the *middlebox* carries
every packet from one to the other and holds a censor for each lane. A *lane* is a client with a world of its own, so runs
with different scenes go on side by side.

``launch`` starts a lab and yields results, ``scene`` does what ``lab.stage`` does, ``conformance`` holds both backends to the same.

**Nothing leaves, nothing stays.** The director leaves the machine's network before it does anything else and goes on only
if there is nothing but ``lo`` where it is; every other namespace is made below. Nothing has a name, so the kernel takes
all away when the processes end. They end with the caller, when they hang, and after a time that is set at the start.

Linux only, with iproute2; as root, or as anybody where user namespaces are allowed. Time is real here: a time-out of 10 s
takes 10 s. Fragments are carried but no censor looks into them; IPv6 errors of a machine come from one address for all;
machines talk to each other without delay. A lane of a big world holds about 100 open files in the servers' process.
"""
