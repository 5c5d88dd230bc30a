"""The page that explains the API, made of its OpenAPI document: no script, no style."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

__all__ = ["Field", "Manual", "Operation", "fields", "operations"]


class Field(NamedTuple):
    """A parameter, or a field of what is sent or answered."""

    name: str
    kind: str
    required: bool
    meaning: str


class Operation(NamedTuple):
    """A method of an address."""

    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    parameters: list[Field]
    sends: str
    answers: str


class Manual(DocsBase):
    """Instead of Swagger, which is a script from another host."""

    def render_page(
        self, request: HttpRequest, api: NinjaAPI, **kwargs: Any
    ) -> HttpResponse:
        """Render all operations by what they are about, and all shapes."""
        schema = api.get_openapi_schema()
        groups: dict[str, list[Operation]] = {}
        for tag, operation in operations(schema):
            groups.setdefault(tag, []).append(operation)
        shapes = [
            (name, shape.get("description", ""), fields(shape))
            for name, shape in sorted(schema["components"]["schemas"].items())
        ]
        about = api.description.split("\n\n")
        context = {"groups": groups.items(), "shapes": shapes, "about": about}
        return render(request, "api/manual.html", context)


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Yield the operations of an OpenAPI document with the first tag of each."""
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            status, answer = next(iter(said["responses"].items()))
            yield (
                said["tags"][0],
                Operation(
                    method=method.upper(),
                    path=path,
                    summary=said["summary"],
                    description=said.get("description", ""),
                    needs_token=bool(said.get("security")),
                    parameters=[
                        Field(
                            item["name"],
                            _kind(item["schema"]),
                            item["required"],
                            item.get("description", ""),
                        )
                        for item in said["parameters"]
                    ],
                    sends=_content(said.get("requestBody", {})),
                    answers=f"{status} {_content(answer)}",
                ),
            )


def fields(shape: dict[str, Any]) -> list[Field]:
    """Return the fields of an object of an OpenAPI document."""
    required = shape.get("required", [])
    return [
        Field(name, _kind(said), name in required, said.get("description", ""))
        for name, said in shape.get("properties", {}).items()
    ]


def _content(said: dict[str, Any]) -> str:
    found = list(said.get("content", {}).items())
    if not found:
        return ""
    kind, content = found[-1]
    return "CSV" if kind == "text/csv" else _kind(content["schema"])


def _kind(said: dict[str, Any]) -> str:
    """Name a type, as `list of Pool` or `number or null`."""
    if "$ref" in said:
        return str(said["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in said:
        return " or ".join(_kind(one) for one in said["anyOf"])
    if "enum" in said:
        return " or ".join(f"“{value}”" for value in said["enum"])
    if said.get("type") == "array":
        return f"list of {_kind(said['items'])}"
    return str(said.get("format") or said.get("type", "anything"))
