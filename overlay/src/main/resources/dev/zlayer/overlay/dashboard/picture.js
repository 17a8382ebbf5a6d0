// The mesh as a picture: a star while there is room for names, a field of cells beyond that.

import { KeyedChildren, element, setAttribute, setText, svg } from "./dom.js";
import { tallyOf, trafficOf } from "./mesh.js";
import { count, inNaturalOrder, millis, rate, span, stateWord } from "./words.js";

/** A label beneath a node of the star takes this much. */
const LABEL_WIDTH = 116;
const LABEL_LETTERS = 16;
const MOST_IN_A_STAR = 18;
/** Less than this is health checks and nothing to speak of. */
const SPEAKABLE_RATE = 1024;

export class Picture {
  #place = document.getElementById("picture");
  #drawing = svg("svg", { role: "img", focusable: "false" });
  #legend = element("ul", { class: "legend" });
  #choose;
  #shape;
  #width = 0;
  #last;

  /** `choose(id)` is told which peer somebody clicks. */
  constructor(choose) {
    this.#choose = choose;
    this.#place.append(this.#drawing, this.#legend);
    this.#drawing.addEventListener("click", (event) => this.#clicked(event));
    new ResizeObserver(([entry]) => this.#resize(entry.contentRect.width)).observe(this.#place);
  }

  update(mesh, selected) {
    this.#last = { mesh, selected };
    if (this.#width > 0) {
      this.#draw(mesh, selected);
    }
  }

  #resize(width) {
    const rounded = Math.floor(width);
    if (rounded !== this.#width) {
      this.#width = rounded;
      if (this.#last) {
        this.update(this.#last.mesh, this.#last.selected);
      }
    }
  }

  #draw(mesh, selected) {
    const Shape = mesh.peers.length <= roomInStar(this.#width) ? Star : Field;
    if (!(this.#shape instanceof Shape)) {
      this.#drawing.replaceChildren();
      this.#shape = new Shape(this.#drawing);
      this.#legend.replaceChildren(...this.#shape.legend());
    }
    const peers = mesh.peers.toSorted((one, other) => inNaturalOrder(one.id, other.id));
    const height = this.#shape.draw(mesh, peers, selected, this.#width);
    setAttribute(this.#drawing, "viewBox", `0 0 ${this.#width} ${height}`);
    setAttribute(this.#drawing, "width", this.#width);
    setAttribute(this.#drawing, "height", height);
    setAttribute(this.#drawing, "aria-label", inWords(mesh));
  }

  #clicked(event) {
    const key = event.target.closest("[data-key]")?.getAttribute("data-key");
    const peer = this.#last?.mesh.peers.find((candidate) => candidate.publicKey === key);
    if (peer) {
      this.#choose(peer.id);
    }
  }
}

/** The picture for those who don't see it. */
function inWords(mesh) {
  const tally = tallyOf(mesh.peers);
  const down = mesh.peers.filter((peer) => peer.state === "down").map((peer) => peer.id);
  const who = down.length > 0 && down.length <= 10 ? ` (${down.join(", ")})` : "";
  return (
    `${mesh.self.id} and its ${count(mesh.peers.length, "peer")}: ${tally.up} UP, ` +
    `${tally.down} DOWN${who}, ${tally.unknown} unknown`
  );
}

const FARTHEST = 420;

function starHeight(peers, width) {
  if (peers <= 2) {
    return 160;
  }
  return peers <= 6 || width < 480 ? 300 : 380;
}

/** From the middle of the star to its peers, with room for their labels. */
function reachOf(peers, width) {
  return {
    x: Math.min(width / 2 - LABEL_WIDTH / 2, FARTHEST),
    y: starHeight(peers, width) / 2 - 56,
  };
}

function roomInStar(width) {
  const { x, y } = reachOf(MOST_IN_A_STAR, width);
  return Math.min(MOST_IN_A_STAR, Math.floor((Math.PI * (x + y)) / LABEL_WIDTH));
}

/** Where peers stand around the middle: none straight below it, where its own label is. */
function placesAround(centre, reach, peers) {
  const turn = (2 * Math.PI) / peers.length;
  const first = -Math.PI / 2 + (peers.length % 2 === 0 ? turn / 2 : 0);
  return new Map(
    peers.map((peer, number) => {
      const [across, down] = [Math.cos(first + turn * number), Math.sin(first + turn * number)];
      const place = { x: centre.x + reach.x * across, y: centre.y + reach.y * down };
      return [peer.publicKey, { ...place, isAbove: down < -0.2 }];
    }),
  );
}

/** This node in the middle, its peers around it. */
class Star {
  #links;
  #nodes;
  #self;

  constructor(drawing) {
    const links = svg("g");
    const nodes = svg("g");
    this.#self = new Self();
    drawing.append(links, this.#self.root, nodes);
    this.#links = new KeyedChildren(links, () => new Link());
    this.#nodes = new KeyedChildren(nodes, () => new Mark());
  }

  legend() {
    return [
      legendItem("UP", "up"),
      legendItem("DOWN", "down"),
      legendItem("Unknown", "unknown"),
      element("li", {}, "a ring: the leader"),
      element("li", {}, "a thicker line: more traffic"),
    ];
  }

  draw(mesh, peers, selected, width) {
    const height = starHeight(peers.length, width);
    const centre = { x: width / 2, y: height / 2 };
    const places = placesAround(centre, reachOf(peers.length, width), peers);
    const keyOf = (peer) => peer.publicKey;
    this.#links.update(peers, keyOf, places, centre);
    this.#nodes.update(peers, keyOf, places, mesh.now, selected);
    this.#self.update(mesh.self, centre);
    return height;
  }
}

/** Where two are linked: by colour, by its dashes, and crossed out where nothing comes through. */
class Link {
  #line = svg("line", { class: "line" });
  #cross = svg("path", { class: "cross", d: "M-6 -6 L6 6 M-6 6 L6 -6" });
  #rate = svg("text", { class: "rate", "text-anchor": "middle", dy: "-6" });
  root = svg("g", { class: "link" }, this.#line, this.#cross, this.#rate);

  update(peer, places, centre) {
    const end = places.get(peer.publicKey);
    setAttribute(this.root, "data-state", peer.state);
    setAttribute(this.#line, "x1", centre.x.toFixed(1));
    setAttribute(this.#line, "y1", centre.y.toFixed(1));
    setAttribute(this.#line, "x2", end.x.toFixed(1));
    setAttribute(this.#line, "y2", end.y.toFixed(1));
    const traffic = trafficOf(peer);
    setAttribute(this.#line, "stroke-width", thickness(traffic));
    setAttribute(this.#cross, "transform", between(centre, end, 0.5));
    setAttribute(this.#rate, "transform", between(centre, end, 0.6));
    setText(this.#rate, traffic >= SPEAKABLE_RATE ? rate(traffic) : "");
  }
}

function between(start, end, share) {
  return shifted(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share);
}

function shifted(x, y) {
  return `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
}

/** From 1.5 for silence to 7 for 1 GiB/s, a step for each doubling. */
function thickness(traffic) {
  return (1.5 + (5.5 * Math.min(Math.log2(1 + traffic / 1024), 20)) / 20).toFixed(1);
}

class Mark {
  #title = svg("title");
  #name = svg("text", { class: "name", "text-anchor": "middle" });
  #figure = svg("text", { class: "figure", "text-anchor": "middle" });
  root = svg("g", { class: "mark" }, this.#title, ...glyphs(12), this.#name, this.#figure);

  update(peer, places, now, selected) {
    const { x, y, isAbove } = places.get(peer.publicKey);
    setAttribute(this.root, "transform", shifted(x, y));
    setAttribute(this.#name, "y", isAbove ? -42 : 37);
    setAttribute(this.#figure, "y", isAbove ? -27 : 52);
    setAttribute(this.root, "data-key", peer.publicKey);
    setAttribute(this.root, "data-state", peer.state);
    setAttribute(this.root, "data-leader", peer.leader || undefined);
    setAttribute(this.root, "data-selected", peer.publicKey === selected || undefined);
    setText(this.#title, `${peer.id}: ${stateWord(peer.state)}`);
    setText(this.#name, shortened(peer.id));
    setText(this.#figure, figureOf(peer, now));
  }
}

/** What is told of a peer beneath its name. */
function figureOf(peer, now) {
  if (peer.state === "down" && peer.since) {
    return `DOWN ${span(Date.parse(now) - Date.parse(peer.since))}`;
  }
  return peer.state === "up" && peer.rttMillis !== undefined
    ? millis(peer.rttMillis)
    : stateWord(peer.state);
}

function shortened(text) {
  return text.length <= LABEL_LETTERS ? text : `${text.slice(0, LABEL_LETTERS - 1)}…`;
}

/** A circle with a tick, a square with a cross, a hollow circle with a question mark: CSS chooses. */
function glyphs(size) {
  return [
    svg("circle", { class: "chosen", r: size + 9 }),
    svg("circle", { class: "ring", r: size + 5 }),
    svg("circle", { class: "round", r: size }),
    svg("rect", {
      class: "square",
      x: -size,
      y: -size,
      width: 2 * size,
      height: 2 * size,
      rx: 3,
    }),
    svg("path", { class: "tick", d: "M-5 0.5 L-1.5 4 L5 -4" }),
    svg("path", { class: "cross", d: "M-5 -5 L5 5 M-5 5 L5 -5" }),
    svg("text", { class: "question", "text-anchor": "middle", dy: "5" }, "?"),
  ];
}

class Self {
  #name = svg("text", { class: "name", "text-anchor": "middle", y: "41" });
  root = svg(
    "g",
    { class: "self" },
    svg("circle", { class: "ring", r: 23 }),
    svg("circle", { class: "body", r: 18 }),
    svg("circle", { class: "core", r: 6 }),
    this.#name,
    svg("text", { class: "figure", "text-anchor": "middle", y: "56" }, "this node"),
  );

  update(self, centre) {
    setAttribute(this.root, "transform", shifted(centre.x, centre.y));
    setAttribute(this.root, "data-leader", self.leader || undefined);
    setText(this.#name, shortened(self.id));
  }
}

function legendItem(text, state) {
  const mark = svg(
    "svg",
    { viewBox: "-13 -13 26 26", width: "16", height: "16", "aria-hidden": "true" },
    svg("g", { class: "mark", "data-state": state }, ...glyphs(12)),
  );
  return element("li", {}, mark, text);
}

/** A cell for each peer, in the order of their names. */
class Field {
  #cells;

  constructor(drawing) {
    const cells = svg("g");
    drawing.append(cells);
    this.#cells = new KeyedChildren(cells, () => new CellMark());
  }

  legend() {
    return [
      legendCell("UP", { "data-state": "up" }),
      legendCell("UP, with traffic", { "data-state": "up", "data-busy": "" }),
      legendCell("DOWN", { "data-state": "down" }),
      legendCell("Unknown", { "data-state": "unknown" }),
    ];
  }

  draw(mesh, peers, selected, width) {
    const pitch = pitchFor(peers.length, width);
    const columns = Math.floor(width / pitch);
    const margin = (width - columns * pitch) / 2;
    const places = new Map(
      peers.map((peer, number) => [
        peer.publicKey,
        shifted(margin + (number % columns) * pitch, Math.floor(number / columns) * pitch) +
          ` scale(${pitch / 20})`,
      ]),
    );
    this.#cells.update(peers, (peer) => peer.publicKey, places, selected);
    return Math.ceil(peers.length / columns) * pitch;
  }
}

/** As large as lets all be seen at once, within reason. */
function pitchFor(cells, width) {
  const fitting = Math.floor(Math.sqrt((width * 380) / cells));
  return Math.min(Math.max(fitting, 12), 30);
}

/** A cell in a square of 20. */
function cellShapes() {
  return [
    svg("rect", { class: "body", x: "1.5", y: "1.5", width: "17", height: "17", rx: "4" }),
    svg("path", { class: "cross", d: "M6 6 L14 14 M6 14 L14 6" }),
    svg("circle", { class: "spot", cx: "10", cy: "10", r: "3" }),
  ];
}

class CellMark {
  #title = svg("title");
  root = svg("g", { class: "cell" }, this.#title, ...cellShapes());

  update(peer, places, selected) {
    const isBusy = trafficOf(peer) >= SPEAKABLE_RATE;
    setAttribute(this.root, "transform", places.get(peer.publicKey));
    setAttribute(this.root, "data-key", peer.publicKey);
    setAttribute(this.root, "data-state", peer.state);
    setAttribute(this.root, "data-busy", isBusy ? "" : undefined);
    setAttribute(this.root, "data-selected", peer.publicKey === selected || undefined);
    setText(this.#title, `${peer.id}: ${stateWord(peer.state)}`);
  }
}

function legendCell(text, state) {
  const mark = svg(
    "svg",
    { viewBox: "0 0 20 20", width: "16", height: "16", "aria-hidden": "true" },
    svg("g", { class: "cell", ...state }, ...cellShapes()),
  );
  return element("li", {}, mark, text);
}
