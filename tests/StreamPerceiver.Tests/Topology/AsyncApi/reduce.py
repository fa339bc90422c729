"""Reduces AsyncAPI's own JSON Schema to what the documents of pipelines need: no texts, and of the protocols Kafka alone.

The source is schemas/3.0.0-without-$id.json of the npm package @asyncapi/specs 6.11.1 (Apache License 2.0, the AsyncAPI initiative):
    python3 reduce.py '3.0.0-without-$id.json' > asyncapi-3.0.0.schema.json
"""
import json
import sys

TEXTS = {"description", "title", "example", "examples", "default", "markdownDescription", "x-intellij-html-description"}
MAPS = {"properties", "patternProperties", "definitions", "dependencies"}


def reduced(schema, is_map=False):
    if isinstance(schema, list):
        return [reduced(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if not is_map and "description" in schema and set(schema) <= TEXTS:
        return {}
    return {key: reduced(value, key in MAPS and not is_map) for key, value in schema.items() if is_map or key not in TEXTS}


def references(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix("#/definitions/")
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from references(item)


root = reduced(json.load(open(sys.argv[1])))
definitions = root.pop("definitions")
for name, definition in definitions.items():
    if name.endswith("BindingsObject"):
        definition["properties"] = {key: value if key == "kafka" else {} for key, value in definition["properties"].items()}
kept, waiting = {}, set(references(root))
while waiting:
    name = waiting.pop()
    if name not in kept and name in definitions:
        kept[name] = definitions[name]
        waiting |= set(references(kept[name]))
root["definitions"] = dict(sorted(kept.items()))
json.dump(root, sys.stdout, indent=1)
print()
