// The lazily loaded chart module. Importing it defines <bench-chart>; see element.js for its attributes.
import { registerTheme, use } from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridSimpleComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import light from "../themes/benchwatch-light.json";
import dark from "../themes/benchwatch-dark.json";
import { BenchChart, themes } from "./element.js";

use([BarChart, LineChart, ScatterChart, GridSimpleComponent, SVGRenderer]);
themes.light = light;
themes.dark = dark;
registerTheme("benchwatch-light", light);
registerTheme("benchwatch-dark", dark);
if (!customElements.get("bench-chart")) customElements.define("bench-chart", BenchChart);

// Menu items of a card (`data-export`) and entries of its key (`data-series`) act on the chart in that card.
document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-export],[data-series]");
  const chart = control?.closest(".card")?.querySelector("bench-chart");
  if (!chart) return;
  if (control.dataset.export) {
    chart.download(control.dataset.export);
    return;
  }
  const shown = control.getAttribute("aria-pressed") === "false";
  control.setAttribute("aria-pressed", String(shown));
  chart.show(control.dataset.series.split(" ").map(Number), shown);
});
