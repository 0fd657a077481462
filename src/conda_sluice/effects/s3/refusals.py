"""What an S3 server or the way to it refuses, told as an error with a remedy.

Of what a server says only its error code is passed on: its message can hold keys and signatures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from conda_sluice.errors import AnswerError, SluiceError, StoreError, UsageError

KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

_CREDENTIALS = f"set {KEYS}, or AWS_PROFILE with its section in ~/.aws/credentials"
_RIGHTS = (
    "let these credentials read, write and delete objects there and list the bucket"
    " (s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket)"
)
_CONTENDED = (
    "others were writing to it at the same time, again and again",
    "let them come to their end, then run the command again",
)
_REMEDIES = {
    "NoSuchBucket": ("there is no such bucket", "make the bucket, or correct its name"),
    "InvalidBucketName": ("that is no name of a bucket", "correct it in the channel's URL"),
    "AllAccessDisabled": ("the bucket is closed to everybody", _RIGHTS),
    "AccessDenied": ("access is denied", _RIGHTS),
    "403": ("access is denied", f"{_RIGHTS}; or the keys are wrong: {_CREDENTIALS}"),
    "InvalidAccessKeyId": ("the server does not know the access key", _CREDENTIALS),
    "SignatureDoesNotMatch": ("the secret key is not that of the access key", _CREDENTIALS),
    "ExpiredToken": ("the credentials have expired", "get new ones, for instance: aws sso login"),
    "InvalidToken": ("the session token is not valid", "set AWS_SESSION_TOKEN anew, or unset it"),
    "RequestTimeTooSkewed": ("this machine's clock is wrong", "set the clock"),
    "PermanentRedirect": ("the bucket lies in another region", "set stores: {s3: {region: …}}"),
    "AuthorizationHeaderMalformed": (
        "the server expects another region",
        "set stores: {s3: {region: …}} in channels.yaml",
    ),
    **dict.fromkeys(("OperationAborted", "ConditionalRequestConflict", "409"), _CONTENDED),
}
_OVERLOADED = "try again later; the server is overloaded or broken"
_TOO_MANY, _SERVER_ERROR = 429, 500
_FAILED_PRECONDITION = {"PreconditionFailed", "412"}
_NOTHING = {"NoSuchKey", "404", "NoSuchUpload"}


class ReplyError(Exception):
    """A reply of an S3 server that whoever asks must tell apart from others; users see none."""


class SupersededError(ReplyError):
    """A condition of a request does not hold: somebody else wrote the object meanwhile."""


class AbsentError(ReplyError):
    """There is no such object."""


class UnmodifiedError(ReplyError):
    """The object is still the version that is known."""


class UnsupportedError(ReplyError):
    """The server does not do such a thing."""


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Raise StoreError or UsageError, naming `where`, for what boto3 raises in the block.

    Raise one of the classes above for the answers that they tell.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise _answered(error.response, where) from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        raise _unanswered(error, where) from error


def _answered(response: object, where: str) -> Exception:
    answer = response if isinstance(response, dict) else {}
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _FAILED_PRECONDITION:
        return SupersededError(where)
    if code in _NOTHING:
        return AbsentError(where)
    if code == "304":
        return UnmodifiedError(where)
    if code == "NotImplemented":
        return UnsupportedError(where)
    if code in _REMEDIES:
        what, remedy = _REMEDIES[code]
        return AnswerError(what, where, remedy, status)
    is_busy = status >= _SERVER_ERROR or status == _TOO_MANY
    what = f"the server refuses: {code} (status {status})"
    return AnswerError(what, where, _OVERLOADED if is_busy else "", status)


def _unanswered(error: Exception, where: str) -> SluiceError:
    from botocore import exceptions as told

    match error:
        case told.NoCredentialsError():
            return StoreError("no credentials for S3 were found", where, _CREDENTIALS)
        case (
            told.PartialCredentialsError()
            | told.ProfileNotFound()
            | told.ConfigParseError()
            | told.CredentialRetrievalError()
            | told.TokenRetrievalError()
        ):
            return StoreError(
                f"the credentials for S3 cannot be read ({type(error).__name__})",
                where,
                _CREDENTIALS,
            )
        case told.ParamValidationError():
            return UsageError("names no bucket and path", where, "write s3://bucket/path")
        case (
            told.EndpointConnectionError()
            | told.ConnectTimeoutError()
            | told.ProxyConnectionError()
        ):
            return StoreError(
                f"the server {_host_of(error)} cannot be reached",
                where,
                "check the network, and stores: {s3: {endpoint: …}} in channels.yaml",
            )
        case told.SSLError():
            return StoreError(
                "the server's certificate is not trusted",
                where,
                "set AWS_CA_BUNDLE to the certificates to trust",
            )
        case _:
            return StoreError(
                f"the connection to the server broke ({type(error).__name__})",
                where,
                "run the command again",
            )


def _host_of(error: Any) -> str:
    """Return scheme and host of what could not be reached: what follows is the object's."""
    parts = urlsplit(str(error.kwargs.get("endpoint_url", "")))
    return f"{parts.scheme}://{parts.netloc}"
