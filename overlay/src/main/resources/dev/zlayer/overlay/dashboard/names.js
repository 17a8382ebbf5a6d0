// The names that the overlay resolves.

import { KeyedChildren, element, setHidden, setText } from "./dom.js";
import { count, inNaturalOrder } from "./words.js";

export class Names {
  #text = document.getElementById("names-text");
  #count = document.getElementById("name-count");
  #rows = new KeyedChildren(document.getElementById("name-rows"), () => new Row());
  #names = [];

  constructor() {
    const form = document.getElementById("names-filter");
    form.addEventListener("input", () => this.#filter());
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  update(mesh) {
    this.#names = namesOf(mesh);
    this.#rows.update(this.#names, keyOf);
    this.#filter();
  }

  #filter() {
    const text = this.#text.value.trim().toLowerCase();
    let shown = 0;
    for (const entry of this.#names) {
      const isShown = `${entry.name}\n${entry.addresses}\n${entry.node}`.toLowerCase().includes(text);
      shown += isShown;
      setHidden(this.#rows.get(keyOf(entry)).root, !isShown);
    }
    const all = count(this.#names.length, "name");
    setText(this.#count, shown === this.#names.length ? all : `${shown} of ${all}`);
  }
}

const keyOf = (entry) => `${entry.name} ${entry.node}`;

/** Of this node, of its peers, and those that belong to nobody in particular. */
function namesOf(mesh) {
  const entries = [mesh.self, ...mesh.peers].flatMap((node) =>
    node.names.map((name) => ({ name, addresses: node.addresses.join(", "), node: node.id })),
  );
  for (const { name, addresses } of mesh.names) {
    entries.push({ name, addresses: addresses.join(", "), node: "" });
  }
  return entries.sort((one, other) => inNaturalOrder(one.name, other.name));
}

class Row {
  #name = element("th", { scope: "row", role: "rowheader" });
  #addresses = element("td", { role: "cell" });
  #node = element("td", { role: "cell" });
  root = element("tr", { role: "row" }, this.#name, this.#addresses, this.#node);

  update(entry) {
    setText(this.#name, entry.name);
    setText(this.#addresses, entry.addresses);
    setText(this.#node, entry.node);
  }
}
