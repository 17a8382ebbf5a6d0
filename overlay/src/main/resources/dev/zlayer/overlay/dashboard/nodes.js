// The table of peers: sorted by any column, filtered by text and by state.

import { KeyedChildren, element, setAttribute, setHidden, setText } from "./dom.js";
import { tallyOf } from "./mesh.js";
import * as words from "./words.js";

const PAGE = 10;

/** What a column shows of a peer, and what it is sorted by; what isn't known comes last. */
const COLUMNS = [
  {
    key: "id",
    title: "Peer",
    text: (peer) => peer.id,
    more: (peer, mesh) => [peer.leader ? "leader" : "", ...shortNames(peer, mesh.self.zone)]
      .filter((word) => word)
      .join(" · "),
    order: (peer) => peer.id,
  },
  {
    key: "address",
    title: "Address",
    text: (peer) => peer.addresses.join(", "),
    order: (peer) => peer.addresses[0],
  },
  {
    key: "state",
    title: "State",
    text: (peer) => words.stateWord(peer.state),
    more: (peer, mesh) => words.since(peer.since, mesh.now),
    order: (peer) => ["down", "unknown", "up"].indexOf(peer.state),
  },
  {
    key: "rtt",
    title: "RTT",
    isNumber: true,
    text: (peer) => words.millis(peer.rttMillis),
    order: (peer) => peer.rttMillis,
  },
  {
    key: "loss",
    title: "Loss",
    isNumber: true,
    text: (peer) => words.percent(peer.loss),
    order: (peer) => peer.loss,
  },
  {
    key: "receives",
    title: "In",
    isNumber: true,
    text: (peer) => words.rate(peer.receiveRate),
    order: (peer) => peer.receiveRate,
  },
  {
    key: "sends",
    title: "Out",
    isNumber: true,
    text: (peer) => words.rate(peer.sendRate),
    order: (peer) => peer.sendRate,
  },
  {
    key: "handshake",
    title: "Handshake",
    isNumber: true,
    text: (peer, mesh) => words.ago(peer.lastHandshake, mesh.now),
    order: (peer) => (peer.lastHandshake ? -Date.parse(peer.lastHandshake) : undefined),
  },
  {
    key: "endpoint",
    title: "Endpoint",
    text: (peer) => peer.endpoint ?? words.UNKNOWN,
    order: (peer) => peer.endpoint,
  },
];

export class Nodes {
  #body = document.getElementById("node-rows");
  #text = document.getElementById("filter-text");
  #states = [...document.querySelectorAll("#filter input[name=state]")];
  #count = document.getElementById("node-count");
  #headers = COLUMNS.map((column) => new Header(column, () => this.#sortBy(column)));
  #rows = new KeyedChildren(this.#body, () => new Row());
  #sorting = { column: COLUMNS[0], isDescending: false };
  #choose;
  #mesh;
  #selected;
  /** The key of the peer whose row the Tab key comes to. */
  #current;

  /** `choose(id)` is told which peer somebody wants to see. */
  constructor(choose) {
    this.#choose = choose;
    document.getElementById("node-columns").append(...this.#headers.map((header) => header.root));
    this.#headers[0].show(false);
    const form = document.getElementById("filter");
    form.addEventListener("input", () => this.#show());
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#body.addEventListener("click", (event) => this.#clicked(event));
    this.#body.addEventListener("keydown", (event) => this.#pressed(event));
  }

  update(mesh, selected) {
    this.#mesh = mesh;
    this.#selected = selected;
    this.#show();
  }

  /** Leads the keyboard to the row of a peer. */
  focus(id) {
    const key = this.#mesh.peers.find((peer) => peer.id === id)?.publicKey;
    if (this.#visibleKeys().includes(key)) {
      this.#goTo(key);
    }
    this.#focusCurrent();
  }

  #focusCurrent() {
    (this.#rows.get(this.#current)?.button ?? this.#text).focus();
  }

  #show() {
    if (!this.#mesh) {
      return;
    }
    const peers = this.#mesh.peers;
    const shown = peers.filter(this.#filter());
    const hadFocus = this.#body.contains(document.activeElement);
    const place = this.#visibleKeys().indexOf(this.#current);
    // Rows don't change places beneath somebody who goes through them.
    const sorted = hadFocus ? this.#asTheyStand(peers) : this.#sorted(peers);
    this.#rows.update(sorted, (peer) => peer.publicKey, this.#mesh);
    const keys = new Set(shown.map((peer) => peer.publicKey));
    for (const peer of peers) {
      const row = this.#rows.get(peer.publicKey);
      setHidden(row.root, !keys.has(peer.publicKey));
      row.select(peer.publicKey === this.#selected);
    }
    this.#settleFocus(hadFocus, place);
    this.#showCounts(shown.length);
  }

  #sorted(peers) {
    const { column, isDescending } = this.#sorting;
    const sign = isDescending ? -1 : 1;
    const byName = (one, other) => words.inNaturalOrder(one.id, other.id);
    return peers.toSorted((one, other) => {
      const [left, right] = [column.order(one), column.order(other)];
      if (left === undefined || right === undefined) {
        return (left === undefined) - (right === undefined) || byName(one, other);
      }
      const order =
        typeof left === "number" ? left - right : words.inNaturalOrder(left, right);
      return sign * order || byName(one, other);
    });
  }

  /** Newcomers come last. */
  #asTheyStand(peers) {
    const places = new Map([...this.#body.children].map((row, place) => [row.dataset.key, place]));
    const placeOf = (peer) => places.get(peer.publicKey) ?? places.size;
    return peers.toSorted((one, other) => placeOf(one) - placeOf(other));
  }

  #filter() {
    const text = this.#text.value.trim().toLowerCase();
    const state = this.#states.find((button) => button.checked).value;
    return (peer) =>
      (state === "" || peer.state === state) &&
      (text === "" || textOf(peer).toLowerCase().includes(text));
  }

  #showCounts(shown) {
    const tally = { ...tallyOf(this.#mesh.peers), "": this.#mesh.peers.length };
    for (const button of this.#states) {
      const label = button.value === "" ? "All" : words.stateWord(button.value);
      setText(button.nextElementSibling, `${label} ${tally[button.value]}`);
    }
    const all = this.#mesh.peers.length;
    setText(
      this.#count,
      shown === all ? words.count(all, "peer") : `${shown} of ${words.count(all, "peer")}`,
    );
  }

  #sortBy(column) {
    const isSame = this.#sorting.column === column;
    this.#sorting = { column, isDescending: isSame && !this.#sorting.isDescending };
    for (const header of this.#headers) {
      header.show(header.column === column ? this.#sorting.isDescending : undefined);
    }
    this.#show();
  }

  #clicked(event) {
    const key = event.target.closest("tr")?.dataset.key;
    const peer = this.#mesh.peers.find((candidate) => candidate.publicKey === key);
    if (peer) {
      this.#goTo(key);
      this.#choose(peer.id);
    }
  }

  #pressed(event) {
    const keys = this.#visibleKeys();
    const place = keys.indexOf(this.#current);
    const target = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + PAGE,
      PageUp: place - PAGE,
      Home: 0,
      End: keys.length - 1,
    }[event.key];
    const isOurs = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (target !== undefined && isOurs && keys.length > 0) {
      event.preventDefault();
      this.#goTo(keys[Math.min(Math.max(target, 0), keys.length - 1)]);
      this.#focusCurrent();
    }
  }

  #visibleKeys() {
    return [...this.#body.children].filter((row) => !row.hidden).map((row) => row.dataset.key);
  }

  #goTo(key) {
    this.#rows.get(this.#current)?.setReachable(false);
    this.#current = key;
    this.#rows.get(key)?.setReachable(true);
  }

  /** One row is always reachable; where the focused one is gone, its neighbour has the focus. */
  #settleFocus(hadFocus, place) {
    const keys = this.#visibleKeys();
    if (!keys.includes(this.#current)) {
      this.#goTo(keys[Math.min(Math.max(place, 0), keys.length - 1)]);
    }
    if (hadFocus && document.activeElement !== this.#rows.get(this.#current)?.button) {
      this.#focusCurrent();
    }
  }
}

/** What it is called besides, without the zone that all share. */
function shortNames(peer, zone) {
  return peer.names
    .map((name) => (name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name))
    .filter((name) => name !== peer.id);
}

function textOf(peer) {
  return [peer.id, ...peer.names, ...peer.addresses, peer.endpoint ?? ""].join("\n");
}

class Header {
  #button = element("button", { type: "button" });
  root;

  constructor(column, sort) {
    this.column = column;
    this.#button.textContent = column.title;
    this.#button.addEventListener("click", sort);
    this.root = element(
      "th",
      { scope: "col", role: "columnheader", "data-column": column.key },
      this.#button,
    );
    this.root.classList.toggle("number", Boolean(column.isNumber));
  }

  /** Without a direction the table is sorted by another column. */
  show(isDescending) {
    const direction = isDescending ? "descending" : "ascending";
    setAttribute(this.root, "aria-sort", isDescending === undefined ? undefined : direction);
  }
}

class Row {
  button = element("button", { type: "button", tabindex: "-1" });
  #cells = COLUMNS.map((column) => new Cell(column, column.key === "id" ? this.button : undefined));
  root = element("tr", { role: "row" }, ...this.#cells.map((cell) => cell.root));

  update(peer, mesh) {
    setAttribute(this.root, "data-key", peer.publicKey);
    setAttribute(this.root, "data-state", peer.state);
    this.#cells.forEach((cell) => cell.update(peer, mesh));
  }

  select(isSelected) {
    setAttribute(this.button, "aria-pressed", isSelected);
    setAttribute(this.root, "data-selected", isSelected ? "" : undefined);
  }

  setReachable(isReachable) {
    this.button.tabIndex = isReachable ? 0 : -1;
  }
}

class Cell {
  #column;
  #main;
  #more;
  root;

  constructor(column, button) {
    this.#column = column;
    this.#main = button ?? element("span");
    this.root = button
      ? element("th", { scope: "row", role: "rowheader", "data-column": column.key }, this.#main)
      : element("td", { role: "cell", "data-column": column.key }, this.#main);
    if (column.more) {
      this.#more = element("span", { class: "more" });
      this.root.append(" ", this.#more);
    }
    this.root.classList.toggle("number", Boolean(column.isNumber));
  }

  update(peer, mesh) {
    setText(this.#main, this.#column.text(peer, mesh));
    if (this.#more) {
      setText(this.#more, this.#column.more(peer, mesh));
    }
  }
}
