"""`sluice serve`: the ladder over HTTP, for clients and for people."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption


def command(
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 for the whole network."),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes one that is free.")
    ] = 8000,
    config: ConfigOption = None,
) -> int:
    """Serve every channel that is a folder over HTTP, read-only, with pages to browse.

    Ctrl-C or SIGTERM ends it.

    Example: `sluice serve --host 0.0.0.0 --port 8000`
    """
    from conda_sluice.cli import console
    from conda_sluice.cli.workbench import bench
    from conda_sluice.wiring.serve import served

    with served(bench(config), host, port, console.print_error) as server:
        console.say(f"pages:  {server.url}/")
        width = max(len(name) for name, _ in server.channels)
        for name, url in server.channels:
            console.say(f"{name:<{width}}  -c {url}")
        console.note("Ctrl-C ends it")
        server.run()
    return 0
