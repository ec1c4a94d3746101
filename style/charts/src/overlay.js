// What belongs to a chart but to no series: closed days behind it, previous values on its bars, reference lines.
// They are drawn into the same SVG after each layout, so an export has them too.
import { graphic } from "echarts/core";
import { colour } from "./resolve.js";

const FONT = '600 12px Bench Sans, system-ui, sans-serif';
const LINE = 15; // height of a line of labels

/** Left edge, width and centre of a bucket in pixels. */
export function band(chart, index, buckets) {
  const at = (i) => chart.convertToPixel({ xAxisIndex: 0 }, i);
  const centre = at(index);
  const width = buckets > 1 ? Math.abs(at(index === 0 ? 1 : index - 1) - centre) : plotRect(chart, 0).width;
  return { left: centre - width / 2, width, centre };
}

function plotRect(chart, grid) {
  return chart.getModel().getComponent("grid", grid).coordinateSystem.getRect();
}

function rect(shape, fill, rest = {}) {
  return new graphic.Rect({ shape, style: { fill }, silent: true, ...rest });
}

function closedDays(chart, option, meta, theme) {
  const buckets = meta.titles?.length ?? 0;
  const rects = option.grid.map((_, grid) => plotRect(chart, grid));
  const [top, bottom] = [Math.min(...rects.map((r) => r.y)), Math.max(...rects.map((r) => r.y + r.height))];
  return (meta.closed ?? []).map((index) => {
    const { left, width } = band(chart, index, buckets);
    const edge = Math.round(left);
    const shape = { x: edge, y: top, width: Math.round(left + width) - edge, height: bottom - top };
    return rect(shape, theme.benchwatch.closed, { z: -1 });
  });
}

/** A 2 px mark with a 1 px edge across where the bar of the previous period would have ended. */
function previousMarks(chart, meta, theme, hidden) {
  const made = [];
  for (const { bar, values } of meta.ticks ?? []) {
    if (hidden.has(bar)) continue;
    const data = chart.getModel().getSeriesByIndex(bar).getData();
    values.forEach((value, index) => {
      const layout = value === null ? undefined : data.getItemLayout(index);
      if (!layout?.width) return;
      const y = Math.round(chart.convertToPixel({ seriesIndex: bar }, [index, value])[1]);
      const [x, width] = [layout.x - 1, layout.width + 2];
      made.push(rect({ x, y: y - 2, width, height: 4 }, theme.benchwatch.surface, { z: 5 }));
      made.push(rect({ x, y: y - 1, width, height: 2 }, theme.benchwatch.ghost, { z: 5, z2: 1 }));
    });
  }
  return made;
}

/** Horizontal reference lines, such as a target: `{ axis, value, text, token, ink }`. */
function referenceLines(chart, meta, theme, compact) {
  const made = [];
  for (const line of meta.lines ?? []) {
    const { x, width } = plotRect(chart, line.grid ?? 0);
    const y = Math.round(chart.convertToPixel({ yAxisIndex: line.axis ?? 0 }, line.value)) + 0.5;
    const stroke = colour(line.token ?? "target", theme);
    made.push(
      new graphic.Line({
        shape: { x1: x, y1: y, x2: x + width, y2: y },
        style: { stroke, lineWidth: 1.5, lineDash: [5, 4] },
        silent: true,
        z: 4,
      }),
    );
    const place = compact
      ? { x: x + 4, y: y - 4, align: "left", verticalAlign: "bottom" }
      : { x: x + width + 8, y, align: "left", verticalAlign: "middle" };
    const fill = colour(line.ink ?? "ink.late", theme);
    const halo = { stroke: theme.benchwatch.surface, lineWidth: 3 };
    made.push(new graphic.Text({ style: { text: line.text, font: FONT, fill, ...halo, ...place }, silent: true, z: 6 }));
  }
  return made;
}

/** Vertical marks with their names above the plot: `{ at, text }`, `at` in buckets from the left edge. */
function verticalMarks(chart, meta, theme) {
  const buckets = meta.titles?.length ?? 0;
  if (!meta.marks?.length || !buckets) return [];
  const { x, y, height } = plotRect(chart, 0);
  const { width } = band(chart, 0, buckets);
  let free = -Infinity;
  return meta.marks.flatMap(({ at, text }) => {
    const left = Math.round(x + at * width) + 0.5;
    const shape = { x1: left, y1: y, x2: left, y2: y + height };
    const style = { stroke: theme.benchwatch.text3, lineWidth: 1, lineDash: [2, 3] };
    const place = { x: left, y: y - 4, align: "center", verticalAlign: "bottom" };
    const label = new graphic.Text({ style: { text, font: FONT, fill: theme.benchwatch.text2, ...place }, silent: true, z: 6 });
    const box = label.getBoundingRect();
    const line = new graphic.Line({ shape, style, silent: true, z: 4 });
    if (box.x < free) return [line]; // no room for its name; the figures stand beside the chart
    free = box.x + box.width + 8;
    return [line, label];
  });
}

/** Labels at the right end, at the height of their values and pushed apart: `{ axis, value, text, quiet, series }`. */
function endLabels(chart, meta, theme, hidden, compact) {
  if (compact || !meta.ends?.length) return [];
  const { x, width } = plotRect(chart, 0);
  const height = (axis, value) => chart.convertToPixel({ yAxisIndex: axis ?? 0 }, value);
  const taken = (meta.lines ?? []).map((line) => height(line.axis, line.value));
  const placed = meta.ends
    .filter((end) => !hidden.has(end.series))
    .map((end) => ({ ...end, y: height(end.axis, end.value) }))
    .sort((a, b) => a.y - b.y);
  return placed.map(({ text, quiet, y: wanted }) => {
    let y = wanted;
    for (const other of [...taken].sort((a, b) => a - b)) {
      if (Math.abs(y - other) < LINE) y = wanted < other ? Math.min(y, other - LINE) : other + LINE;
    }
    taken.push(y);
    const fill = quiet ? theme.benchwatch.text3 : theme.benchwatch.text;
    const font = quiet ? FONT.replace("600", "400") : FONT;
    const style = { text, font, fill, x: x + width + 8, y, align: "left", verticalAlign: "middle" };
    return new graphic.Text({ style, silent: true, z: 6 });
  });
}

export class Overlay {
  constructor(chart, theme) {
    this.chart = chart;
    this.theme = theme;
    this.shapes = [];
  }

  draw(option, meta, hidden, compact) {
    const zr = this.chart.getZr();
    this.shapes.forEach((shape) => zr.remove(shape));
    this.shapes = [
      ...closedDays(this.chart, option, meta, this.theme),
      ...previousMarks(this.chart, meta, this.theme, hidden),
      ...referenceLines(this.chart, meta, this.theme, compact),
      ...verticalMarks(this.chart, meta, this.theme),
      ...endLabels(this.chart, meta, this.theme, hidden, compact),
    ];
    this.shapes.forEach((shape) => zr.add(shape));
    zr.flush();
  }
}
