"""The yardstick: py-rattler-build builds rendered recipes one after another in this process.

Usage: python build_in_sequence.py RECIPES.json OUTPUT_DIR — a list of rendered recipes, each
with the folder of its files; all packages go into one output folder, which is a channel.
"""

import json
import os
import sys
from pathlib import Path

from rattler_build import (
    PlatformConfig,
    RenderConfig,
    Stage0Recipe,
    ToolConfiguration,
    VariantConfig,
)


def main(recipes: Path, output: Path) -> None:
    render = RenderConfig(platform=PlatformConfig(target_platform="linux-64"))
    tools = ToolConfiguration(test_strategy="skip", channel_priority="strict", use_sharded=False)
    for one in json.loads(recipes.read_text()):
        stage0 = Stage0Recipe.from_dict(one["recipe"], recipe_dir=one["folder"])
        (variant,) = stage0.render(VariantConfig(), render)
        variant.run_build(tool_config=tools, output_dir=output, channels=[], no_build_id=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    os._exit(0)  # as sluice ends: the interpreter's own shutdown is no part of either
