"""Pages that are a list: a filter in the address, a page of lines, and the whole as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request, url_for

from relayer.ops.explorer import Explorer
from relayer.ops.lists.columns import Listing
from relayer.ops.lists.exports import as_csv, as_json
from relayer.ops.lists.filters import PLACE, Filter, Query, read_query
from relayer.ops.mount import OpsMount, View

#: Lines of a page.
LINES: Final = 50

#: Makes the list of the filters' values and the arguments of the rule.
Build = Callable[..., Listing]
#: Makes what else the template gets, of the same.
More = Callable[..., Mapping[str, Any]]


def _nothing(values: Mapping[str, Any], **arguments: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class ListPage:
    """How a list is mounted.

    Attributes:
        rule: address of the page below ``/ops``.
        name: what templates call the page; the files are ``<name>_csv`` and ``<name>_json``.
        title: heading.
        filters: what it can be narrowed by.
        build: makes the list.
        menu: label in the menu; None: the menu does not lead there.
        template: the page.
        file: address of the files without their ending; None: that of the page.
        more: what else the template gets.
    """

    rule: str
    name: str
    title: str
    filters: Sequence[Filter]
    build: Build
    menu: str | None = None
    template: str = "list.html"
    file: str | None = None
    more: More = _nothing


def add_list(mount: OpsMount, spec: ListPage) -> None:
    """Mount a list: its page, and its files with every line that fits the same filter."""
    mount.page(spec.rule, spec.name, _shown(mount, spec), menu=spec.menu)
    add_files(mount, spec)


def add_files(mount: OpsMount, spec: ListPage) -> None:
    """Mount the files of a list alone."""
    for ending, answer in (("csv", as_csv), ("json", as_json)):
        rule = f"{spec.file or spec.rule}.{ending}"
        mount.page(rule, f"{spec.name}_{ending}", _file(spec, answer))


def _file(spec: ListPage, answer: Callable[[Listing], Response]) -> View:
    def send(**arguments: Any) -> Response:
        query = read_query(request.args, spec.filters, takes_place=False)
        return answer(spec.build(query.values, **arguments))

    return send


def _shown(mount: OpsMount, spec: ListPage) -> View:
    def show(**arguments: Any) -> Response:
        query = read_query(request.args, spec.filters)
        listing = spec.build(query.values, **arguments)
        page = listing.page(query.place, LINES)
        return mount.render(
            spec.template,
            title=spec.title,
            listing=listing,
            columns=[column for column in listing.columns if column.is_shown],
            page=page,
            query=query,
            filters=spec.filters,
            ways=_ways(spec, query, page.next_place, arguments),
            explorer=Explorer(mount.settings.ops_explorer_url),
            **spec.more(query.values, **arguments),
        )

    return show


def _ways(
    spec: ListPage, query: Query, next_place: str | None, arguments: Mapping[str, Any]
) -> dict[str, str | None]:
    """Where a list leads: to its first page, on to the next, to the files of the same filter."""
    given: dict[str, Any] = {**arguments, **query.texts}
    onward = {**given, PLACE: next_place}
    return {
        "first": url_for(f".{spec.name}", **given),
        "bare": url_for(f".{spec.name}", **arguments),
        "next": None if next_place is None else url_for(f".{spec.name}", **onward),
        "csv": url_for(f".{spec.name}_csv", **given),
        "json": url_for(f".{spec.name}_json", **given),
    }
