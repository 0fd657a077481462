"""How the API words what it knows: the JSON of accounts, packages, releases and files."""

from collections.abc import Sequence

from servers.anaconda_state import Account, File, Package, State, Token

CREATED = "2026-01-01 00:00:00.000000+00:00"


def account_shown(account: Account) -> dict[str, object]:
    return {
        "login": account.login,
        "name": account.login.title(),
        "user_type": "org" if account.members else "user",
        "created_at": CREATED,
        "company": "",
        "location": "",
        "url": "",
        "description": "",
    }


def token_shown(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "application": token.name,
        "scopes": list(token.scopes),
        "hostname": "",
        "created": CREATED,
        "expires": "2036-01-01 00:00:00.000000+00:00",
        "remote_addr": "127.0.0.1",
        "resource": f"user:{token.login}",
    }


def file_shown(file: File, api_url: str) -> dict[str, object]:
    return {
        "_id": file.id,
        "basename": file.basename,
        "full_name": file.full_name,
        "owner": file.owner,
        "version": file.version,
        "description": file.sent.get("description"),
        "attrs": file.sent.get("attrs"),
        "dependencies": file.sent.get("dependencies"),
        "distribution_type": "conda",
        "type": "conda",
        "labels": sorted(file.labels),
        "md5": file.md5,
        "sha256": file.sha256,
        "size": len(file.data),
        "upload_time": file.uploaded.isoformat(sep=" "),
        "ndownloads": 0,
        "download_url": f"{api_url.removeprefix('http:')}/download/{file.full_name}",
        "url": f"{api_url}/{file.owner}/{file.package}/{file.version}/files",
    }


def package_line(owner: str, package: Package, files: Sequence[File]) -> dict[str, object]:
    """Return what a list of packages says of one."""
    versions = list(package.releases)
    kinds = package.attrs.get("package_types") or (["conda"] if files else [])
    return {
        **package.attrs,
        "id": f"p-{owner}-{package.name}",
        "name": package.name,
        "owner": owner,
        "full_name": f"{owner}/{package.name}",
        "public": package.public,
        "access": "public" if package.public else "private",
        "published": False,
        "summary": package.attrs.get("summary"),
        "package_types": kinds,
        "conda_platforms": sorted({one.basename.split("/")[0] for one in files}),
        "versions": versions,
        "latest_version": versions[-1] if versions else "",
        "revision": len(files),
    }


def package_shown(state: State, owner: str, package: Package, api_url: str) -> dict[str, object]:
    files = state.files_of(owner, package=package.name)
    return {
        **package_line(owner, package, files),
        "owner": account_shown(state.account(owner)),
        "releases": [
            release_shown(state, (owner, package.name, version), api_url)
            for version in package.releases
        ],
        "files": [file_shown(one, api_url) for one in files],
    }


def release_shown(state: State, where: tuple[str, str, str], api_url: str) -> dict[str, object]:
    owner, package, version = where
    files = state.files_of(owner, package=package, version=version)
    return {
        "version": version,
        "public_attrs": state.release(owner, package, version),
        "distributions": [file_shown(one, api_url) for one in files],
        "full_name": f"{owner}/{package}/{version}",
    }
