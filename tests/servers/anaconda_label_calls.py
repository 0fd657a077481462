"""Requests to the API about labels, and copies from one to another."""

from servers.anaconda_labels import Wanted
from servers.anaconda_routes import Api, Call, route
from servers.anaconda_shapes import file_shown
from servers.anaconda_state import RefusedError
from servers.http_double import Answer, said


@route("GET", "/channels/{owner}")
def list_labels(api: Api, call: Call) -> Answer:
    api.state.account(call.owner)
    return said(
        {
            one: {"is_locked": api.labels.is_locked(call.owner, one)}
            for one in sorted(api.state.labels_of(call.owner))
        }
    )


@route("GET", "/channels/{owner}/{label}")
def show_label(api: Api, call: Call) -> Answer:
    label = call.parts["label"]
    api.labels.known(call.owner, label)
    visible = {one.name for one in api.visible(call.token, call.owner)}
    files = api.state.files_of(call.owner, label=label)
    return said(
        {
            "is_locked": api.labels.is_locked(call.owner, label),
            "files": [file_shown(one, api.url) for one in files if one.package in visible],
        }
    )


@route("POST", "/channels/{owner}/{label}")
def add_label(api: Api, call: Call) -> Answer:
    api.labels.add(call.token, call.owner, call.parts["label"], _wanted(call))
    return said({}, 201)


@route("DELETE", "/channels/{owner}/{label}")
def remove_label(api: Api, call: Call) -> Answer:
    api.labels.remove(call.token, call.owner, call.parts["label"], _wanted(call))
    return said({}, 201)


@route("POST", "/channels/{owner}/{label}/copy/{other}")
def copy_label(api: Api, call: Call) -> Answer:
    api.labels.duplicate(call.token, call.owner, call.parts["label"], call.parts["other"])
    return said({}, 201)


@route("POST", "/channels/{owner}/{label}/lock")
def lock_label(api: Api, call: Call) -> Answer:
    api.labels.lock(call.token, call.owner, call.parts["label"], is_locked=True)
    return said({}, 201)


@route("DELETE", "/channels/{owner}/{label}/lock")
def unlock_label(api: Api, call: Call) -> Answer:
    api.labels.lock(call.token, call.owner, call.parts["label"], is_locked=False)
    return said({}, 201)


@route("POST", "/copy/package/{owner}/{package}/{version}/{basename*}")
@route("PUT", "/copy/package/{owner}/{package}/{version}/{basename*}")
@route("PATCH", "/copy/package/{owner}/{package}/{version}/{basename*}")
def copy_files(api: Api, call: Call) -> Answer:
    method = call.request.method
    files = api.copies.copy(call.token, call.where, call.sent, method=method)
    return said([file_shown(one, api.url) for one in files])


def _wanted(call: Call) -> Wanted:
    sent = call.sent
    if missing := {"package", "version", "basename"} - sent.keys():
        raise RefusedError(400, f"the body does not say {sorted(missing)}")
    named = {name: sent[name] for name in ("package", "version", "basename")}
    if not all(one is None or isinstance(one, str) for one in named.values()):
        raise RefusedError(400, "package, version and basename are texts or null")
    return Wanted(**named)
