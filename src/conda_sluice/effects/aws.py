"""What AWS's own variables say of the server, for libraries that ask us instead of them."""

import os


def aws_endpoint() -> str:
    """Return the URL of the S3 server, "" for Amazon's."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def aws_region() -> str:
    """Return the region, "" where no variable names one."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
