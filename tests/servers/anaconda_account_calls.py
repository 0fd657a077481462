"""Requests to the API about accounts and their tokens."""

import base64

from servers.anaconda_routes import Api, Call, route
from servers.anaconda_shapes import account_shown, token_shown
from servers.anaconda_state import RefusedError, Token
from servers.http_double import Answer, said


@route("HEAD", "/")
def head(api: Api, call: Call) -> Answer:
    return Answer()


@route("GET", "/authentication-type")
def authentication_type(api: Api, call: Call) -> Answer:
    return said({"authentication_type": "password"})


@route("POST", "/authentications")
def make_token(api: Api, call: Call) -> Answer:
    login = _logged_in(api, call)
    sent = call.sent
    name = str(sent.get("note") or "")
    if old := _named(api, login, name):
        if sent.get("fail-if-exists"):
            raise RefusedError(409, f'A token of the name "{name}" exists')
        del api.state.tokens[old.secret]
    number = api.state.new_id()
    scopes = tuple(map(str, sent.get("scopes") or ()))
    made = Token(id=number, secret=f"tk-{number}", login=login, name=name, scopes=scopes)
    api.state.tokens[made.secret] = made
    return said({"token": made.secret})


def _logged_in(api: Api, call: Call) -> str:
    kind, _, text = call.request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return call.asker.login
    login, _, password = base64.b64decode(text).decode().partition(":")
    account = api.state.accounts.get(login)
    if account is None or not password or password != account.password:
        raise RefusedError(401, "Username or password is wrong")
    return login


def _named(api: Api, login: str, name: str) -> Token | None:
    own = [one for one in api.state.tokens.values() if one.login == login]
    return next((one for one in own if one.name == name), None)


@route("GET", "/authentications")
def tokens(api: Api, call: Call) -> Answer:
    login = call.asker.login
    own = [one for one in api.state.tokens.values() if one.login == login]
    return said([token_shown(one) for one in own])


@route("GET", "/authentication")
def own_token(api: Api, call: Call) -> Answer:
    return said(token_shown(call.asker))


@route("DELETE", "/authentications")
def revoke_own(api: Api, call: Call) -> Answer:
    del api.state.tokens[call.asker.secret]
    return said({}, 201)


@route("DELETE", "/authentications/name/{name}")
def revoke(api: Api, call: Call) -> Answer:
    return _revoke(api, call.asker.login, call.parts["name"])


@route("DELETE", "/authentications/org/{owner}/name/{name}")
def revoke_of_organisation(api: Api, call: Call) -> Answer:
    api.state.check_writing(call.token, call.owner)
    return _revoke(api, call.owner, call.parts["name"])


def _revoke(api: Api, login: str, name: str) -> Answer:
    found = _named(api, login, name)
    if found is None:
        raise RefusedError(404, f'No token of the name "{name}"')
    del api.state.tokens[found.secret]
    return said({}, 201)


@route("GET", "/scopes")
def scopes(api: Api, call: Call) -> Answer:
    return said({"api": "everything", "api:read": "looking", "api:write": "changing"})


@route("GET", "/user")
def own_account(api: Api, call: Call) -> Answer:
    return said(account_shown(api.state.account(call.asker.login)))


@route("GET", "/user/orgs")
def own_organisations(api: Api, call: Call) -> Answer:
    return _organisations(api, call.asker.login)


@route("GET", "/user/{owner}")
def account(api: Api, call: Call) -> Answer:
    return said(account_shown(api.state.account(call.owner)))


@route("GET", "/users/{owner}/orgs")
def organisations(api: Api, call: Call) -> Answer:
    api.state.account(call.owner)
    return _organisations(api, call.owner)


def _organisations(api: Api, login: str) -> Answer:
    accounts = api.state.accounts.values()
    return said([account_shown(one) for one in accounts if login in one.members])
