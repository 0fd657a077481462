"""The way of a package as stages, and what would take it further."""

from conda_sluice.model.explanation import Explanation, Stage, StageState
from conda_sluice.model.outcome import Excuse, PromotionOutcome, PromotionResult, Verdict
from conda_sluice.plan.gates.overriding import NEVER
from conda_sluice.plan.gates.signed_tag import GATE as TAG

_STATES = {
    PromotionResult.WOULD_PROMOTE: (StageState.WAITING, "may climb"),
    PromotionResult.PROMOTED: (StageState.DONE, "is there"),
    PromotionResult.ALREADY_THERE: (StageState.DONE, "is there"),
    PromotionResult.WAITING: (StageState.WAITING, "waits"),
    PromotionResult.NOT_ELIGIBLE: (StageState.STAYS, "stays below"),
    PromotionResult.REFUSED: (StageState.HELD, "is held"),
}
_COMMIT_DIGITS = 10
_MEND = "mend it and build anew"


def way_of(told: Explanation) -> tuple[Stage, ...]:
    """Return the stages from the commit to the highest channel, for the newest package."""
    return (_commit(told), _recipe(told), _package(told), *channels_of(told))


def channels_of(told: Explanation) -> tuple[Stage, ...]:
    """Say of each channel whether the newest package is there, or what keeps it from it."""
    newest, stages, is_below = told.newest, [], True
    for channel, records in told.places:
        if newest is not None and any(one.path == newest.path for one in records):
            stages.append(Stage(channel, StageState.DONE, newest.version))
            continue
        step = next(
            (
                one
                for one in told.next_steps
                if newest is not None and one.target == channel and one.record.path == newest.path
            ),
            None,
        )
        holds = f"has {records[-1].version}" if records else "has none"
        if hidden := dict.fromkeys(one.version for one in dict(told.hidden).get(channel, ())):
            holds += f", hides {', '.join(hidden)}"
        if step is None or not is_below:
            stages.append(Stage(channel, StageState.ABSENT, holds))
        else:
            state, text = _STATES[step.result]
            stages.append(Stage(channel, state, f"{step.record.version} {text}; {holds}"))
        is_below = False
    return tuple(stages)


def steps_ahead(told: Explanation) -> tuple[PromotionOutcome, ...]:
    """Return what the gates say of packages that are not where they could be."""
    return tuple(one for one in told.next_steps if one.result is not PromotionResult.ALREADY_THERE)


def remedy_of(excuse: Excuse, step: PromotionOutcome) -> str:
    """Say what would free a package from one gate, "" where the gate says it or nothing would."""
    if excuse.verdict.lets_pass:
        return ""
    spec, target = f"{step.record.name}=={step.record.version}", step.target
    if excuse.proposal:
        names = dict.fromkeys(path.partition("/")[2].rsplit("-", 2)[0] for path in excuse.proposal)
        return f"together they could: sluice promote {' '.join(names)} --to {target}"
    match (excuse.gate, excuse.verdict):
        case ("approved" | "owners", Verdict.NEEDS_APPROVAL):
            said = f"sluice approve '{spec}' --to {target}"
        case ("frozen", _):
            said = f"sluice thaw {target}"
        case ("tested", Verdict.WAITING):
            said = f"sluice test '{spec}' --to {target}"
        case ("installable", _) if excuse.needs:
            said = f"let {excuse.needs} climb to {target} first, or with it"
        case _:
            said = _by_hand(excuse, spec, target)
    return said


def _by_hand(excuse: Excuse, spec: str, target: str) -> str:
    if excuse.gate in NEVER or excuse.verdict is not Verdict.BLOCKED:
        return ""
    mend = "sign another tag, or build what is tagged" if excuse.gate == TAG else _MEND
    return (
        f"{mend}; or, if you answer for it: sluice override '{spec}'"
        f" --gate {excuse.gate} --to {target} --why … --until …"
    )


def _commit(told: Explanation) -> Stage:
    if told.version is None:
        return Stage("commit", StageState.ABSENT, "no project of channels.yaml has this name")
    where = told.commit[:_COMMIT_DIGITS]
    if told.is_dirty:
        return Stage("commit", StageState.WAITING, f"changes after {where} are not committed")
    tag = f", tagged {told.version.tag}" if told.version.tag else ""
    return Stage("commit", StageState.DONE, f"{where}{tag}")


def _recipe(told: Explanation) -> Stage:
    if told.recipe is not None:
        return Stage("recipe", StageState.DONE, f"{told.recipe.parent.name}/{told.recipe.name}")
    state = StageState.WAITING if told.project else StageState.ABSENT
    return Stage("recipe", state, "none yet" if told.project else "none here")


def _package(told: Explanation) -> Stage:
    newest, known = told.newest, dict(told.versions)
    version = told.version.conda if told.version else newest.version if newest else ""
    yanked = {one.version for _, records in told.hidden for one in records}
    if version in yanked - known.keys():
        return Stage("package", StageState.HELD, f"{version} is yanked; see sluice unyank")
    if newest is None and yanked:
        text = f"{', '.join(sorted(yanked))} is yanked; see sluice unyank"
        return Stage("package", StageState.HELD, text)
    if newest is None:
        return Stage("package", StageState.WAITING, "not built yet")
    if version not in known:
        text = f"{version} is not built yet, {newest.version} is"
        return Stage("package", StageState.WAITING, text)
    return Stage("package", StageState.DONE, f"{newest.version} {newest.build}")
