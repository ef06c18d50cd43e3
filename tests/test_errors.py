"""The tree in the module's docstring is the tree in the code."""

import inspect
import pickle
import re

import pytest

from kszclient import errors


def test_the_picture_shows_every_error_under_its_parent():
    stack, drawn = [], {}
    for line in inspect.getdoc(errors).splitlines():
        found = re.search(r"(\w+Error)\b", line)
        if not found or ("──" not in line and found[1] != "KszError"):
            continue
        depth = found.start() // 4 - 1
        del stack[depth:]
        drawn[found[1]] = stack[-1] if stack else None
        stack.append(found[1])
    real = {
        name: kind.__bases__[0].__name__ if kind is not errors.KszError else None
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.KszError)
    }
    assert drawn == real


def test_an_invalid_value_survives_pickling():
    error = errors.InvalidValueError("SSIN", "length", "must have eleven digits")
    same = pickle.loads(pickle.dumps(error))
    assert (str(same), same.rule, same.kind) == (str(error), "length", "SSIN")


@pytest.mark.parametrize(
    "error",
    [
        errors.GatewayError("a page came", http_status=502, ticket="t", next_step="wait"),
        errors.ServiceFaultError("fault", reason_codes=("MSG1",), ticket_cbss="k"),
        errors.SignatureRefusedError("changed", reason="body-changed"),
        errors.CircuitOpenError("closed to us", retry_after_seconds=3.5, ticket="t"),
    ],
)
def test_an_error_with_details_survives_pickling(error):
    same = pickle.loads(pickle.dumps(error))
    assert type(same) is type(error)
    assert (str(same), vars(same)) == (str(error), vars(error))


@pytest.mark.parametrize(
    "kind", [errors.ConnectionFailedError, errors.DeadlineExceededError, errors.ContractDriftError]
)
def test_every_failed_consultation_says_what_to_do_next(kind):
    assert kind("failed").next_step


@pytest.mark.parametrize(
    ("status", "helps"), [(200, True), (401, False), (404, False), (429, True), (503, True)]
)
def test_asking_again_helps_unless_the_gateway_found_fault_with_the_request(status, helps):
    assert errors.GatewayError("an error page", http_status=status).retry_can_help is helps


def every_error():
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.KszError)
    ]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_next_step_and_reports_whether_a_retry_can_help(kind):
    error = kind.__new__(kind)
    assert error.next_step.endswith(".")
    assert error.retry_can_help in (True, False)
