"""What `truecost export valueflows` writes is valid against the JSON schemas that Valueflows publishes."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

BASE = "https://raw.githubusercontent.com/valueflows/valueflows/master/json-schemas/"
#: The schema of each type; what begins with `truecost:` has none.
SCHEMAS = {
    "Agent": "Agent",
    "Person": "Agent",
    "Organization": "Agent",
    "EcologicalAgent": "Agent",
    "ResourceSpecification": "ResourceSpecification",
    "Agreement": "Agreement",
    "EconomicEvent": "EconomicEvent",
}


def validators() -> dict[str, Draft7Validator]:
    """The validator of each type."""
    folder = Path(os.environ.get("TRUECOST_DATA", "")) / "valueflows" / "json-schemas"
    if "TRUECOST_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("TRUECOST_DATA names no folder with the public test data")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    resources = [(schema["$id"], Resource.from_contents(schema, DRAFT7)) for schema in found]
    registry: Registry[Any] = Registry().with_resources(resources)
    schemas = {schema["$id"]: schema for schema in found}
    return {
        kind: Draft7Validator(schemas[f"{BASE}{name}.json"], registry=registry) for kind, name in SCHEMAS.items()
    }


def test_the_street_is_valid(command: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    of = validators()
    file = tmp_path / "street.jsonld"
    done = command("export", "valueflows", "datasets/flows/street", "-o", file)
    assert done.returncode == 0, done.stderr
    things = json.loads(file.read_text(encoding="utf-8"))["@graph"]
    checked: set[str] = set()
    for thing in things:
        if thing["@type"].startswith("truecost:"):
            continue
        problems = [error.message for error in of[thing["@type"]].iter_errors(thing)]
        assert not problems, (thing["@id"], problems)
        checked.add(thing["@type"])
    assert checked == {"Person", "Organization", "EcologicalAgent", "ResourceSpecification", "Agreement", "EconomicEvent"}
    # The schemas refuse what is wrong, also in what is nested.
    event = next(thing for thing in things if thing.get("@id") == "flow:bread-cem-money")
    assert not of["EconomicEvent"].is_valid({name: value for name, value in event.items() if name != "action"})
    assert not of["EconomicEvent"].is_valid({**event, "resourceQuantity": {"hasNumericalValue": "9.60"}})
    assert not of["EconomicEvent"].is_valid({**event, "provider": {"@id": "agent:cem"}})
