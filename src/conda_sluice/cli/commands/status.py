"""`sluice status`: where every package stands."""

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(config: ConfigOption = None, output: FormatOption = Format.TEXT) -> int:
    """Show every package of the ladder and the channels on which it stands.

    Example: `sluice status --format json`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.ladder import read_ladder
    from conda_sluice.report.as_json import status_json

    desk = bench(config)
    ladder = read_ladder(desk.config, desk.store)
    if output is Format.JSON:
        console.print_json(status_json(ladder.rungs, ladder.records, ladder.hidden))
        return 0
    held = zip(desk.config.channels, ladder.records, strict=True)
    labels = [one for one, records in held if not records and desk.store.traits(one).has_labels]
    render.status(ladder, labels)
    return 0
