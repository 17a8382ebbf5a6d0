// The page: what the node says goes to each part of it, and which peer is chosen.

import { Changes } from "./changes.js";
import { Conditions } from "./conditions.js";
import { Detail } from "./detail.js";
import { setText } from "./dom.js";
import { followMesh } from "./feed.js";
import { Names } from "./names.js";
import { Nodes } from "./nodes.js";
import { Picture } from "./picture.js";
import { Summary } from "./summary.js";
import { clockSeconds } from "./words.js";

const main = document.getElementById("main");
const silence = document.getElementById("silence");
const freshness = document.getElementById("freshness");

const summary = new Summary();
const conditions = new Conditions();
const picture = new Picture(choose);
const nodes = new Nodes(choose);
const detail = new Detail(close);
const names = new Names();
const changes = new Changes();

let mesh;
let heardAt;
/** The id of the chosen peer; the page's address names it too. */
let chosen = chosenInAddress();

followMesh(heard, silent);
window.addEventListener("hashchange", () => choose(chosenInAddress()));

function heard(news) {
  mesh = news;
  heardAt = Date.now();
  main.hidden = false;
  silence.hidden = true;
  document.body.className = "fresh";
  setText(freshness, `Updated ${clockSeconds(heardAt)}`);
  summary.update(mesh);
  conditions.update(mesh);
  names.update(mesh);
  changes.update(mesh);
  show();
}

function silent() {
  silence.hidden = false;
  if (!mesh) {
    setText(silence, "No answer from the node yet.");
    return;
  }
  const then = clockSeconds(heardAt);
  setText(silence, `No answer from the node since ${then}; what you see is old.`);
  document.body.className = "old";
  summary.update(mesh, then);
}

/** The parts that know of the chosen peer. */
function show() {
  const peer = mesh.peers.find((candidate) => candidate.id === chosen);
  picture.update(mesh, peer?.publicKey);
  nodes.update(mesh, peer?.publicKey);
  detail.update(mesh, peer);
}

function chosenInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("peer");
}

function choose(id) {
  if (id && mesh) {
    chosen = id;
    history.replaceState(null, "", `#peer=${encodeURIComponent(id)}`);
    show();
    detail.scrollIntoView();
  }
}

function close() {
  const before = chosen;
  chosen = null;
  history.replaceState(null, "", location.pathname);
  show();
  nodes.focus(before);
}
