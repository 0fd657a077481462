"""What a JSON document is made of."""

from collections.abc import Mapping

Json = Mapping[str, object]
