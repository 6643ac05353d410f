"""The OpenAPI document is a contract with clients: it changes only on purpose."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

OWN = runpy.run_path(str(Path(__file__).with_name("openapi.py")))
TEXT: str = OWN["document_text"]()
DOCUMENT: dict[str, Any] = json.loads(TEXT)
METHODS = {"get", "post", "put", "patch", "delete"}
OPERATIONS = {
    operation["operationId"]: operation
    for path in DOCUMENT["paths"].values()
    for method, operation in path.items()
    if method in METHODS
}
GUARDED = {"401", "403", "429", "503"}
WITH_BODY = {"400", "413", "415", "422"}


def test_the_document_is_the_one_that_was_agreed_on() -> None:
    agreed = OWN["SNAPSHOT"].read_text(encoding="utf-8")

    assert agreed == TEXT, "the contract changed: if clients can live with it, run `make contract`"


def test_it_is_of_the_version_that_tools_read() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")


def medias(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    operation = OPERATIONS[name]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield "request", media
    for status, response in operation["responses"].items():
        for media in response.get("content", {}).values():
            yield status, media


def values(media: dict[str, Any]) -> list[Any]:
    found = []
    for example in media.get("examples", {}).values():
        if "$ref" in example:
            example = DOCUMENT["components"]["examples"][example["$ref"].rpartition("/")[2]]
        found.append(example["value"])
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_request_and_answer_has_examples_that_its_schema_allows(name: str) -> None:
    for where, media in medias(name):
        examples = values(media)
        assert examples, f"{name} {where}: add one to service/data/openapi_examples.json"
        schema = {**media.get("schema", {}), "components": DOCUMENT["components"]}
        for example in examples:
            Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_who_may_call_it_and_how_it_refuses(name: str) -> None:
    operation = OPERATIONS[name]
    statuses = set(operation["responses"])

    assert operation["summary"]
    assert operation["description"]
    if "security" in operation:
        assert statuses >= GUARDED
    if "requestBody" in operation:
        assert statuses >= WITH_BODY
    if operation.get("parameters"):
        assert "422" in statuses
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]
    for status, response in operation["responses"].items():
        assert response["description"]
        if status >= "400":
            [(media_type, media)] = response["content"].items()
            assert media_type == "application/problem+json"
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_only_health_and_login_are_open() -> None:
    open_ones = {name for name, operation in OPERATIONS.items() if "security" not in operation}

    assert open_ones == {"get_livez", "get_readyz", "get_ping", "get_version", "create_session"}


def test_no_example_belongs_to_an_operation_that_is_gone() -> None:
    import service.api.contract as contract

    known = json.loads(contract.EXAMPLES_FILE.read_text(encoding="utf-8"))

    assert set(known) <= set(OPERATIONS)
