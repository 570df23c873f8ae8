"""Validates product footprints against the OpenAPI document of PACT: `pact_schema.py OPENAPI FILE...`.

Prints one line for each file, `valid FILE`, or what is wrong with it; `skipped: ...` without jsonschema and PyYAML.
"""

import json
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)


def validator(document: str) -> jsonschema.Draft202012Validator:
    with open(document, encoding="utf-8") as file:
        components = yaml.safe_load(file)["components"]
    schema = {"$ref": "#/components/schemas/ProductFootprint", "components": components}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def main() -> None:
    document, *files = sys.argv[1:]
    check = validator(document)
    for name in files:
        with open(name, encoding="utf-8") as file:
            footprint = json.load(file)
        problems = sorted(f"{'/'.join(map(str, error.path))}: {error.message}" for error in check.iter_errors(footprint))
        print("\n".join(problems) if problems else f"valid {name}")


main()
