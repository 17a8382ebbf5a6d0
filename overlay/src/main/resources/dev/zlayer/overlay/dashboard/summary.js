// Is all well? In one sentence and a few numbers; and which node says so.

import { element, setAttribute, setText } from "./dom.js";
import { tallyOf } from "./mesh.js";
import { ago, count, rate, since, sinceShort, span } from "./words.js";

const byId = (id) => document.getElementById(id);

export class Summary {
  #verdict = byId("verdict");
  #totals = new Facts(byId("totals"), (label) => totalOf(label));
  #facts = new Facts(byId("self-facts"), () => factOf());

  /** `then` is when that was, where it is old. */
  update(mesh, then) {
    const tally = tallyOf(mesh.peers);
    const { mood, sentence } = then ? verdictOfThen(mesh, tally, then) : verdictOf(mesh, tally);
    setAttribute(this.#verdict, "data-mood", mood);
    setText(this.#verdict, sentence);
    this.#totals.show(totals(mesh, tally));
    setText(byId("self-id"), mesh.self.id);
    this.#facts.show(facts(mesh));
    document.title = `${then ? "No answer" : titleOf(mesh, tally)} · ${mesh.self.id} · ZLayer Overlay`;
    setAttribute(byId("icon"), "href", iconOf(mood));
  }
}

function verdictOf(mesh, tally) {
  const nodes = count(mesh.peers.length + 1, "node");
  if (tally.down > 0) {
    return { mood: "bad", sentence: `${nodes}, ${tally.down} DOWN${whoIsDown(mesh, tally.down)}` };
  }
  if (mesh.conditions.length > 0) {
    const isError = mesh.conditions.some((condition) => condition.severity === "error");
    const sentence = `${nodes}, none DOWN, ${count(mesh.conditions.length, "condition")}`;
    return { mood: isError ? "bad" : "warn", sentence };
  }
  if (mesh.peers.length === 0) {
    return { mood: "open", sentence: "This node runs and has no peers yet" };
  }
  return tally.unknown > 0
    ? { mood: "open", sentence: `${nodes}, ${tally.unknown} of them not heard of yet` }
    : { mood: "good", sentence: `All is well: ${nodes}, all UP` };
}

/** Nobody knows whether it still is so. */
function verdictOfThen(mesh, tally, then) {
  return { mood: "open", sentence: `At ${then}: ${verdictOf(mesh, tally).sentence}` };
}

/** The one that is, or of several the one that went last. */
function whoIsDown(mesh, many) {
  const down = mesh.peers.filter((peer) => peer.state === "down");
  if (many === 1) {
    const [only] = down;
    return only.since ? `: ${only.id} ${since(only.since, mesh.now)}` : `: ${only.id}`;
  }
  const dated = down.filter((peer) => peer.since);
  if (dated.length === 0) {
    return "";
  }
  const last = dated.reduce((one, other) => (one.since >= other.since ? one : other));
  return `, the last of them ${last.id} ${since(last.since, mesh.now)}`;
}

function titleOf(mesh, tally) {
  if (tally.down > 0) {
    return `${tally.down} DOWN`;
  }
  return mesh.conditions.length > 0 ? count(mesh.conditions.length, "condition") : "All well";
}

function totals(mesh, tally) {
  const sum = (field) => mesh.peers.reduce((all, peer) => all + (peer[field] ?? 0), 0);
  return {
    Peers: String(mesh.peers.length),
    UP: String(tally.up),
    DOWN: String(tally.down),
    Unknown: String(tally.unknown),
    Receives: rate(sum("receiveRate")),
    Sends: rate(sum("sendRate")),
  };
}

function facts(mesh) {
  const self = mesh.self;
  return {
    role: self.leader ? "leader" : "worker",
    addresses: self.addresses.join(", "),
    interface: self.interface,
    endpoint: self.endpoint ? `at ${self.endpoint}` : `UDP port ${self.port}`,
    uptime: self.startedAt ? `up since ${sinceShort(self.startedAt, mesh.now)}` : "",
    map: mesh.map ? mapFact(mesh.map, mesh.now) : "",
    version: mesh.version ? `version ${mesh.version}` : "",
  };
}

function mapFact(map, now) {
  const age = map.confirmed_at ? ago(map.confirmed_at, now) : ageOf(map);
  return `map ${age}${map.trusted === false ? ", no longer relied on" : ""}`;
}

function ageOf(map) {
  return map.age === undefined ? "never confirmed" : `confirmed ${span(map.age * 1000)} ago`;
}

/** Labelled texts, each in an element of its own. */
class Facts {
  #parent;
  #make;
  #values = new Map();

  constructor(parent, make) {
    this.#parent = parent;
    this.#make = make;
  }

  show(texts) {
    for (const [label, text] of Object.entries(texts)) {
      let place = this.#values.get(label);
      if (!place) {
        place = this.#make(label);
        this.#values.set(label, place);
        this.#parent.append(place.root);
      }
      setText(place.value, text);
      place.root.hidden = text === "";
    }
  }
}

function totalOf(label) {
  const value = element("dd");
  const root = element("div", { "data-total": label }, element("dt", {}, label), value);
  return { root, value };
}

function factOf() {
  const value = element("li");
  return { root: value, value };
}

const ICONS = { good: "#1f9d61", warn: "#d99a14", bad: "#d6453d", open: "#7b8494" };

/** A spot in the browser's tab; what isn't well is a square. */
function iconOf(mood) {
  const corner = mood === "bad" ? 2 : 7;
  const picture =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">` +
    `<rect x="1" y="1" width="14" height="14" rx="${corner}" fill="${ICONS[mood]}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
