"""The interactive figures of a page, as Bokeh documents. Colours are names that the page fills in, light or dark."""

import json
from typing import TYPE_CHECKING, NamedTuple

from genaudit.model import Report
from genaudit.render.figures.interactive.batches import batches_chart, surface_chart
from genaudit.render.figures.interactive.law import forecast_chart, log_chart, measured_chart
from genaudit.render.figures.interactive.processes import processes_chart
from genaudit.render.figures.interactive.timeline import timeline_chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bokeh.plotting import figure as Figure  # noqa: N812


class Charts(NamedTuple):
    """What a page needs to draw its figures."""

    documents: str
    """JSON of the documents."""
    items: str
    """JSON of what to draw where: ids of elements by ids of models."""
    names: list[str]
    """Names of the figures; the element of each is ``chart-NAME``."""
    library: str
    """BokehJS itself, as a classic script."""


def charts(report: Report) -> Charts | None:
    """Every figure that the report has data for; ``None`` where it has none."""
    figures = {
        "timeline": timeline_chart(report),
        "batches": batches_chart(report),
        "growth": measured_chart(report),
        "forecast": forecast_chart(report),
        "growth-log": log_chart(report),
        "surface": surface_chart(report),
        "processes": processes_chart(report),
    }
    return embedded(figures)


def embedded(figures: "Mapping[str, Figure | None]") -> Charts | None:
    """What a page needs for those of the figures that there is data for; ``None`` where there is none."""
    drawn = {name: chart for name, chart in figures.items() if chart is not None}
    if not drawn:
        return None
    documents, items = _documents(drawn)
    return Charts(documents, items, list(drawn), library())


def library() -> str:
    """BokehJS's core, which draws everything here without a request."""
    from bokeh.resources import Resources

    # The last part only sets how much is written to the console.
    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw[:-1])


def _documents(drawn: "dict[str, Figure]") -> tuple[str, str]:
    from bokeh.core.json_encoder import serialize_json
    from bokeh.document import Document

    document = Document()
    # The references are followed once, and not again for each figure.
    with document.models.freeze():
        for name, chart in drawn.items():
            chart.name = name
            document.add_root(chart)
    roots = {chart.id: f"chart-{name}" for name, chart in drawn.items()}
    items = [{"docid": "report", "roots": roots, "root_ids": list(roots)}]
    return serialize_json({"report": document.to_json(deferred=False)}), json.dumps(items)
