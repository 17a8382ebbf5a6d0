// A chart of values over time, with gaps where they aren't known.

import { element, setAttribute, setText, svg } from "./dom.js";
import { UNKNOWN, clock, clockSeconds, number } from "./words.js";

const HEIGHT = 156;
const EDGE = { top: 20, right: 10, bottom: 20, left: 40 };
const LINES = 3;
const MINUTE = 60_000;
/** How far apart the moments on the axis may be, in milliseconds, and how many there may be. */
const STRIDES = [10_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE];
const MOMENTS = 4;

export class Chart {
  #title = element("span", { class: "chart-title" });
  #reading = element("span", { class: "reading" });
  #drawing = svg("svg", { role: "img", focusable: "false", height: HEIGHT });
  #words = element("ul", { class: "lines" });
  #width = 0;
  #content;
  root = element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, this.#title, this.#reading),
    this.#drawing,
    this.#words,
  );

  constructor(title) {
    this.#title.textContent = title;
    new ResizeObserver(([entry]) => this.#resize(entry.contentRect.width)).observe(this.root);
    this.#drawing.addEventListener("pointermove", (event) => this.#point(event));
    this.#drawing.addEventListener("pointerleave", () => this.#unpoint());
  }

  /**
   * @param content `end` in milliseconds, `step` in milliseconds, `lines` as `{name, values}`,
   *     `bands` as `{from, to}` in milliseconds for times of DOWN, `unitOf(greatest)` as
   *     `{divisor, name, base}`, and `tell(value)` for words
   */
  update(content) {
    this.#content = content;
    const words = content.lines.map((line) => inWords(line, content.tell));
    setAttribute(
      this.#drawing,
      "aria-label",
      `${this.#title.textContent} over 30 minutes. ${words.join(" ")}`,
    );
    this.#words.replaceChildren(
      ...words.map((text, place) => element("li", { "data-line": place }, text)),
      ...(content.bands.length > 0 ? [element("li", { "data-line": "down" }, "DOWN")] : []),
    );
    this.#draw();
  }

  /** Shows nothing, until there is something again. */
  clear() {
    this.#content = undefined;
    this.#drawing.replaceChildren();
    this.#words.replaceChildren();
    this.#unpoint();
    setAttribute(this.#drawing, "aria-label", `${this.#title.textContent}: not known yet`);
  }

  #resize(width) {
    const rounded = Math.floor(width);
    if (rounded !== this.#width) {
      this.#width = rounded;
      this.#draw();
    }
  }

  #draw() {
    if (!this.#content || this.#width === 0) {
      return;
    }
    const frame = frameOf(this.#content, this.#width);
    setAttribute(this.#drawing, "width", this.#width);
    setAttribute(this.#drawing, "viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.#drawing.replaceChildren(
      ...this.#content.bands.map((band) => bandOf(band, frame)),
      ...levels(frame),
      ...moments(frame),
      ...this.#content.lines.map((line, place) => curve(line, place, frame)),
    );
  }

  /** What the values were where the pointer is. */
  #point(event) {
    if (!this.#content) {
      return;
    }
    const { step, end, lines, tell } = this.#content;
    const frame = frameOf(this.#content, this.#width);
    const share = (event.offsetX - EDGE.left) / (frame.right - EDGE.left);
    const last = lines[0].values.length - 1;
    const place = Math.min(Math.max(Math.round(share * last), 0), last);
    const values = lines.map((line) => {
      const value = line.values[place];
      return `${line.name} ${value === null ? UNKNOWN : tell(value)}`;
    });
    setText(this.#reading, `${clockSeconds(end - (last - place) * step)}  ${values.join("  ")}`);
  }

  #unpoint() {
    setText(this.#reading, "");
  }
}

/** "In: now 1.2 MiB/s, from 0 B/s to 3 MiB/s." */
function inWords(line, tell) {
  const known = line.values.filter((value) => value !== null);
  if (known.length === 0) {
    return `${line.name}: nothing known.`;
  }
  const now = line.values.at(-1);
  return (
    `${line.name}: now ${now === null ? "unknown" : tell(now)}, ` +
    `from ${tell(Math.min(...known))} to ${tell(Math.max(...known))}.`
  );
}

/** How times and values become places in the drawing. */
function frameOf(content, width) {
  const points = content.lines[0].values.length;
  const start = content.end - (points - 1) * content.step;
  const greatest = Math.max(0, ...content.lines.flatMap((line) => line.values));
  const unit = content.unitOf(greatest);
  const tick = niceStep(greatest / unit.divisor / LINES, unit.base);
  const top = Math.max(tick * Math.ceil(greatest / unit.divisor / tick), tick) * unit.divisor;
  const right = width - EDGE.right;
  const bottom = HEIGHT - EDGE.bottom;
  return {
    start,
    end: content.end,
    unit,
    tick,
    top,
    right,
    bottom,
    step: content.step,
    x: (at) => EDGE.left + ((right - EDGE.left) * (at - start)) / Math.max(content.end - start, 1),
    y: (value) => bottom - ((bottom - EDGE.top) * value) / top,
  };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough, least) {
  if (rough <= least) {
    return least;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
}

function levels(frame) {
  const made = [];
  for (let value = 0; value * frame.unit.divisor <= frame.top * 1.001; value += frame.tick) {
    const y = frame.y(value * frame.unit.divisor).toFixed(1);
    made.push(
      svg("line", { class: "grid", x1: EDGE.left, x2: frame.right, y1: y, y2: y }),
      svg("text", { x: EDGE.left - 6, y, dy: "4", "text-anchor": "end" }, number(value)),
    );
  }
  made.push(svg("text", { x: EDGE.left - 6, y: 9, "text-anchor": "end" }, frame.unit.name));
  return made;
}

function moments(frame) {
  const made = [];
  const fits = (stride) => frame.end - frame.start <= MOMENTS * stride;
  const stride = STRIDES.find(fits) ?? STRIDES.at(-1);
  for (let at = Math.ceil(frame.start / stride) * stride; at <= frame.end; at += stride) {
    const x = frame.x(at);
    made.push(
      svg("line", { class: "grid", x1: x, x2: x, y1: EDGE.top, y2: frame.bottom }),
      svg(
        "text",
        { x, y: HEIGHT - 4, "text-anchor": x > frame.right - 24 ? "end" : "middle" },
        stride < MINUTE ? clockSeconds(at) : clock(at, at),
      ),
    );
  }
  return made;
}

function bandOf({ from, to }, frame) {
  const [left, right] = [frame.x(Math.max(from, frame.start)), frame.x(Math.min(to, frame.end))];
  return svg("rect", {
    class: "down-band",
    x: left,
    y: EDGE.top,
    width: Math.max(right - left, 1),
    height: frame.bottom - EDGE.top,
  });
}

/** A point that stands alone is a dot, by its round ends. */
function curve(line, place, frame) {
  let path = "";
  let isOpen = false;
  line.values.forEach((value, number) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    const at = `${frame.x(frame.start + number * frame.step).toFixed(1)} ${frame.y(value).toFixed(1)}`;
    path += isOpen ? `L${at}` : `M${at}h0`;
    isOpen = true;
  });
  return svg("path", { class: "curve", "data-line": place, d: path });
}
