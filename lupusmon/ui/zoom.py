"""The stretch of days a viewer zoomed to stays while the chart is drawn again: weeks for dates, SI, another scale.

Streamlit puts a new chart in the place of the old one for every new figure. The browser remembers the zoom, and the
new chart takes it over where its own first range is still the same; another period starts afresh.
"""

from __future__ import annotations

import streamlit as st

# Plotly cannot be called from here. Its button "Reset axes" goes to the first range of the axis: for one click that
# is the remembered one.
_SCRIPT = """
const ZOOMS = new Map(), SEEN = new WeakSet();
const same = (a, b) => Math.abs(new Date(a[0]) - new Date(b[0])) + Math.abs(new Date(a[1]) - new Date(b[1])) < 2000;

function take(plot, chart) {
  const axis = plot._fullLayout.xaxis, first = [...plot.layout.xaxis.range], kept = ZOOMS.get(chart);
  const button = plot.querySelector('.modebar-btn[data-attr="zoom"][data-val="reset"]');
  if (kept && same(kept.first, first) && button) {
    [axis._rangeInitial0, axis._rangeInitial1] = kept.range;
    button.click();
    [axis._rangeInitial0, axis._rangeInitial1] = first;
  }
  plot.on("plotly_relayout", () => {
    const range = [...plot.layout.xaxis.range];
    if (same(range, first)) ZOOMS.delete(chart);
    else ZOOMS.set(chart, { first, range });
  });
}

function watch(chart, tries) {
  const plot = document.querySelector(`.st-key-${chart} .js-plotly-plot`);
  if (plot && plot._fullLayout?.xaxis?.type === "date" && plot.querySelector(".modebar-btn") && !SEEN.has(plot)) {
    SEEN.add(plot);
    take(plot, chart);
  }
  if (tries > 0) setTimeout(() => watch(chart, tries - 1), 50);
}

export default function ({ data }) { watch(data.chart, 100); }
"""
_COMPONENT = st.components.v2.component("lupusmon_zoom", html="<span></span>", js=_SCRIPT)


def keep_zoom(chart: str, drawn: str) -> None:
    """For the chart with this key. drawn: says which figure it is; another one is another chart in the browser."""
    with st.container(key="zoom"):
        _COMPONENT(key=f"zoom_{chart}", data={"name": "zoom", "chart": chart, "drawn": drawn})
