// A chart as a file: the SVG of ECharts on the surface colour, with its title, the font inside; PNG from that at twice the size.

const FONT = "/fonts/bench-sans-latin-wght.woff2";

async function fontFace() {
  const answer = await fetch(FONT);
  if (!answer.ok) return "";
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `@font-face{font-family:"Bench Sans";font-weight:400 700;src:url(data:font/woff2;base64,${btoa(binary)}) format("woff2")}`;
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** A stand-alone SVG document of the drawing, with a title line above it. */
export async function svgDocument(chart, theme, title) {
  const drawing = chart.getZr().painter.renderToString({ useViewBox: false });
  const [width, height, head] = [chart.getWidth() + 32, chart.getHeight() + 64, 44];
  const inner = drawing.replace("<svg ", `<svg x="16" y="${head}" `);
  const colours = theme.benchwatch;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>${await fontFace()}text{font-family:"Bench Sans",system-ui,sans-serif}</style>`,
    `<rect width="100%" height="100%" fill="${colours.surface}"/>`,
    `<text x="16" y="28" font-size="14" font-weight="650" fill="${colours.text}">${escaped(title)}</text>`,
    inner,
    "</svg>",
  ].join("");
}

async function png(svg, width, height) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Offers the chart as a download. `kind` is "svg" or "png". */
export async function download(chart, theme, title, kind) {
  const svg = await svgDocument(chart, theme, title);
  const blob =
    kind === "png"
      ? await png(svg, chart.getWidth() + 32, chart.getHeight() + 64)
      : new Blob([svg], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "chart"}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
