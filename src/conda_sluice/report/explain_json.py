"""What is known of a package, as JSON."""

from conda_sluice.model.explanation import Explanation, ToldTest
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.plan.way import remedy_of, way_of
from conda_sluice.report.as_json import event_json, excuse_json, outcome_json
from conda_sluice.report.json_value import Json


def explanation_json(explanation: Explanation) -> Json:
    """Return `sluice.explain/1`: project, places, next steps and history of one package."""
    project, version = explanation.project, explanation.version
    return {
        "schema": "sluice.explain/1",
        "name": explanation.name,
        "project": str(project.root) if project else None,
        "evidence": [str(one) for one in project.evidence] if project else [],
        "version": version.conda if version else None,
        "commit": explanation.commit or None,
        "recipe": str(explanation.recipe) if explanation.recipe else None,
        "mode": explanation.mode.value if explanation.mode else None,
        "way": [
            {"stage": one.name, "state": one.state.value, "text": one.text}
            for one in way_of(explanation)
        ],
        "tests": [_told_test_json(one) for one in explanation.tests],
        "channels": {
            name: [record.file for record in records] for name, records in explanation.places
        },
        "next": [_step_json(outcome) for outcome in explanation.next_steps],
        "history": [event_json(event) for event in explanation.history],
    }


def _step_json(step: PromotionOutcome) -> Json:
    excuses = [
        {
            **excuse_json(one),
            "details": list(one.details),
            "proposal": list(one.proposal),
            "remedy": remedy_of(one, step),
        }
        for one in step.excuses
    ]
    return {**outcome_json(step), "excuses": excuses}


def _told_test_json(test: ToldTest) -> Json:
    return {
        "file": test.file,
        "target": test.target,
        "platform": test.platform,
        "strategy": test.strategy,
        "outcome": test.result.value,
        "reason": test.reason,
        "tests": test.tests,
        "packages": test.packages,
        "when": test.when,
        "log": str(test.log) if test.log else None,
        "junit": str(test.junit) if test.junit else None,
    }
