"""Requests to the API about packages, releases and files."""

from collections.abc import Mapping

from servers.anaconda_routes import Api, Call, route
from servers.anaconda_shapes import file_shown, package_line, package_shown, release_shown
from servers.anaconda_state import Package, RefusedError, Token
from servers.http_double import Answer, said


@route("GET", "/packages")
def own_packages(api: Api, call: Call) -> Answer:
    return _packages(api, call, call.asker.login)


@route("GET", "/packages/{owner}")
def packages(api: Api, call: Call) -> Answer:
    return _packages(api, call, call.owner)


def _packages(api: Api, call: Call, owner: str) -> Answer:
    return said([one for one in _lines(api, call.token, owner) if _fits(one, call)])


def _lines(api: Api, token: Token | None, owner: str) -> list[dict[str, object]]:
    return [
        package_line(owner, one, api.state.files_of(owner, package=one.name))
        for one in api.visible(token, owner)
    ]


@route("GET", "/search")
def search(api: Api, call: Call) -> Answer:
    name = call.request.query.get("name", "")
    every = [line for one in api.state.accounts for line in _lines(api, call.token, one)]
    return said([one for one in every if name in str(one["name"]) and _fits(one, call)])


@route("GET", "/package/{owner}/{package}")
def package(api: Api, call: Call) -> Answer:
    package = api.state.package(*call.where)
    api.state.check_reading(call.token, *call.where)
    return said(package_shown(api.state, call.owner, package, api.url))


@route("POST", "/package/{owner}/{package}")
def add_package(api: Api, call: Call) -> Answer:
    owner, name = call.where
    api.state.check_writing(call.token, owner)
    if (owner, name) in api.state.packages:
        raise RefusedError(409, f'Package "{owner}/{name}" already exists')
    public = bool(call.sent.get("public", True))
    package = Package(name, public, call.attrs("public_attrs"))
    api.state.packages[owner, name] = package
    api.state.changed()
    return said(package_shown(api.state, owner, package, api.url))


@route("PATCH", "/package/{owner}/{package}")
def update_package(api: Api, call: Call) -> Answer:
    api.state.check_writing(call.token, call.owner)
    package = api.state.package(*call.where)
    package.attrs |= call.attrs("public_attrs")
    return said(package_shown(api.state, call.owner, package, api.url))


@route("DELETE", "/package/{owner}/{package}")
def remove_package(api: Api, call: Call) -> Answer:
    owner, name = call.where
    api.state.check_writing(call.token, owner)
    api.state.package(owner, name)
    api.state.remove(api.state.files_of(owner, package=name))
    del api.state.packages[owner, name]
    return said({}, 201)


@route("GET", "/release/{owner}/{package}/{version}")
def release(api: Api, call: Call) -> Answer:
    api.state.release(*call.where)
    api.state.check_reading(call.token, *call.where[:2])
    return said(release_shown(api.state, call.where, api.url))


@route("POST", "/release/{owner}/{package}/{version}")
def add_release(api: Api, call: Call) -> Answer:
    owner, name, version = call.where
    api.state.check_writing(call.token, owner)
    releases = api.state.package(owner, name).releases
    if version in releases:
        raise RefusedError(409, f'Release "{owner}/{name}/{version}" already exists')
    releases[version] = call.sent
    return said(release_shown(api.state, call.where, api.url))


@route("PATCH", "/release/{owner}/{package}/{version}")
def update_release(api: Api, call: Call) -> Answer:
    api.state.check_writing(call.token, call.owner)
    api.state.release(*call.where).update(call.attrs("public_attrs"))
    return said(release_shown(api.state, call.where, api.url))


@route("DELETE", "/release/{owner}/{package}/{version}")
def remove_release(api: Api, call: Call) -> Answer:
    owner, name, version = call.where
    api.state.check_writing(call.token, owner)
    api.state.release(owner, name, version)
    api.state.remove(api.state.files_of(owner, package=name, version=version))
    del api.state.package(owner, name).releases[version]
    return said({}, 201)


@route("GET", "/dist/{owner}/{package}/{version}/{basename*}")
def file(api: Api, call: Call) -> Answer:
    file = api.state.file(*call.where)
    api.state.check_reading(call.token, *call.where[:2])
    return said(file_shown(file, api.url))


@route("DELETE", "/dist/{owner}/{package}/{version}/-/{number}")
def remove_file_by_id(api: Api, call: Call) -> Answer:
    api.state.check_writing(call.token, call.owner)
    file = api.state.file_by_id(*call.where, call.parts["number"])
    api.state.remove([file])
    return said(file_shown(file, api.url))


@route("DELETE", "/dist/{owner}/{package}/{version}/{basename*}")
def remove_file(api: Api, call: Call) -> Answer:
    api.state.check_writing(call.token, call.owner)
    file = api.state.file(*call.where)
    api.state.remove([file])
    return said(file_shown(file, api.url))


@route("POST", "/stage/{owner}/{package}/{version}/{basename*}")
def stage(api: Api, call: Call) -> Answer:
    return said(api.uploads.stage(call.token, call.where, call.sent))


@route("POST", "/commit/{owner}/{package}/{version}/{basename*}")
def commit(api: Api, call: Call) -> Answer:
    file = api.uploads.commit(call.token, call.where, call.sent.get("dist_id"))
    return said(file_shown(file, api.url))


@route("GET", "/download/{owner}/{package}/{version}/{basename*}")
def download(api: Api, call: Call) -> Answer:
    file = api.state.file(*call.where)
    api.state.check_reading(call.token, *call.where[:2])
    headers = {"ETag": f'"{file.md5}"'}
    asked = [call.request.headers.get(one, "") for one in ("ETag", "If-None-Match")]
    if any(file.md5 in one for one in asked):
        return Answer(304, b"", headers)
    if api.redirect is not None:
        return Answer(302, b"", {**headers, "Location": api.redirect(file)})
    return Answer(200, file.data, {**headers, "Content-Type": "application/octet-stream"})


def _fits(line: Mapping[str, object], call: Call) -> bool:
    asked = call.request.query
    kind = asked.get("package_type") or asked.get("type") or ""
    platform, access = asked.get("platform", ""), asked.get("access", "")
    return (
        (not kind or kind in line["package_types"])
        and (not platform or platform in line["conda_platforms"])
        and (not access or access == line["access"])
    )
