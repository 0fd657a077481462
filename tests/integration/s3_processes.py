"""Run as a program: processes that write to channels of an S3 server, all at once or one by one.

`s3_processes.py put <endpoint> <url> <folder>` starts eight writers, each of which uploads two
packages one by one, and with each of them one that all share.
`s3_processes.py die <endpoint> <url> <folder> <n>…` makes two changes for each n, of the channel
`<url>-<n>`, in a process that is killed before its n-th request.
Either prints as JSON how the processes ended.
"""

import json
import os
import sys
import traceback
import warnings
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import StoreWarning
from conda_sluice.model.channel import ChannelRef
from factories import an_artifact
from servers.s3 import S3Place
from servers.s3_troubles import wire


def put(endpoint, url, folder, writer):
    store = S3Place(endpoint).own_store(jobs=2)
    for number in range(2):
        mine = an_artifact(folder / str(writer), f"p{writer}-{number}")
        shared = read_artifact(folder / "shared-1.2.3-h0123456_0.conda")
        store.put([mine, shared], ChannelRef("unstable", url))


def die(endpoint, url, folder, request):
    """Put `b` into one subdir and `c` into another, and take `a` away."""
    store = S3Place(endpoint).own_store(jobs=1)
    a, b, c = (read_artifact(folder / f"{name}-1.2.3-h0123456_0.conda") for name in "abc")
    channel = ChannelRef("unstable", f"{url}-{request}")
    with wire(store) as line:
        line.fatal = request
        store.put([b, c], channel)
        store.remove([a.record], channel)


def start(work, *arguments):
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments)
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(work, endpoint, url, folder, *numbers):
    import boto3  # noqa: F401 - once for all
    import zstandard  # noqa: F401 - same

    warnings.simplefilter("ignore", StoreWarning)  # one of the servers earns it
    if work == "put":
        children = [start(put, endpoint, url, Path(folder), writer) for writer in range(8)]
        codes = [end(child) for child in children]
    else:
        codes = [end(start(die, endpoint, url, Path(folder), int(one))) for one in numbers]
    sys.stdout.write(json.dumps(codes))


if __name__ == "__main__":
    main(*sys.argv[1:])
