// One peer at length, or all of them together where none is chosen.

import { Chart } from "./chart.js";
import { element, setAttribute, setText } from "./dom.js";
import { ask } from "./feed.js";
import * as words from "./words.js";

const HISTORY_MILLIS = 10_000;

export class Detail {
  #section = document.getElementById("detail");
  #title = element("h2", { id: "detail-title", tabindex: "-1" });
  #close = element("button", { type: "button", class: "plain" }, "Show all peers");
  #state = element("p", { class: "state-line" });
  #facts = element("dl", { class: "detail-facts" });
  #roundTrips = new Chart("Round trip");
  #traffic = new Chart("Throughput");
  #changesTitle = element("h3", {}, "Last 30 minutes");
  #changes = element("ol", { class: "history" });
  #peer;
  #now;

  /** `close()` is called when somebody has seen enough of a peer. */
  constructor(close) {
    this.#section.append(
      element("div", { class: "card-head" }, this.#title, this.#close),
      this.#state,
      this.#facts,
      this.#roundTrips.root,
      this.#traffic.root,
      this.#changesTitle,
      this.#changes,
    );
    this.#close.addEventListener("click", close);
    this.#section.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#peer) {
        close();
      }
    });
    setInterval(() => this.#askHistory(), HISTORY_MILLIS);
  }

  update(mesh, peer) {
    const isAnother = this.#now === undefined || this.#peer?.publicKey !== peer?.publicKey;
    this.#peer = peer;
    this.#now = mesh.now;
    setText(this.#title, peer ? peer.id : "All peers");
    if (!peer && document.activeElement === this.#close) {
      this.#title.focus();
    }
    this.#close.hidden = !peer;
    this.#roundTrips.root.hidden = !peer;
    this.#showState(peer, mesh.now);
    this.#showFacts(peer ? factsOf(peer, mesh.now) : {});
    if (isAnother) {
      this.#roundTrips.clear();
      this.#traffic.clear();
      this.#showChanges([]);
      this.#askHistory();
    }
  }

  /** Where it stands beside the table it is seen already. */
  scrollIntoView() {
    const { top } = this.#section.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) {
      this.#section.scrollIntoView();
    }
  }

  #showState(peer, now) {
    setAttribute(this.#state, "data-state", peer?.state);
    const sentence = peer
      ? `${words.stateWord(peer.state)} ${words.since(peer.since, now)}`.trim()
      : "Choose one to see its state, round trips and throughput.";
    setText(this.#state, peer?.reason ? `${sentence}: ${peer.reason}` : sentence);
  }

  #showFacts(facts) {
    const labels = Object.keys(facts);
    if (labels.length * 2 !== this.#facts.childElementCount) {
      this.#facts.replaceChildren(
        ...labels.flatMap((label) => [element("dt", {}, label), element("dd")]),
      );
    }
    labels.forEach((label, place) => {
      setText(this.#facts.children[2 * place], label);
      setText(this.#facts.children[2 * place + 1], facts[label]);
    });
  }

  async #askHistory() {
    const peer = this.#peer;
    if (this.#now === undefined || document.hidden) {
      return;
    }
    let history;
    try {
      history = await ask(peer ? `history.json?peer=${encodeURIComponent(peer.id)}` : "history.json");
    } catch {
      // That the node doesn't answer is told elsewhere; the charts stay as they were.
      return;
    }
    if (peer?.publicKey === this.#peer?.publicKey) {
      this.#showHistory(history);
    }
  }

  #showHistory(history) {
    const end = Date.parse(history.end);
    const changes = history.changes ?? [];
    const frame = { end, step: history.step * 1000, bands: bandsOf(changes, end) };
    if (history.rttMillis) {
      this.#roundTrips.update({
        ...frame,
        lines: [{ name: "RTT", values: history.rttMillis }],
        unitOf: () => ({ divisor: 1, name: "ms", base: 0.5 }),
        tell: words.millis,
      });
    }
    this.#traffic.update({
      ...frame,
      lines: [
        { name: "In", values: history.receiveRate },
        { name: "Out", values: history.sendRate },
      ],
      unitOf: rateUnit,
      tell: words.rate,
    });
    this.#showChanges(changes);
  }

  #showChanges(changes) {
    this.#changesTitle.hidden = changes.length === 0;
    this.#changes.replaceChildren(
      ...changes
        .toReversed()
        .map(({ at, state }) =>
          element(
            "li",
            { "data-state": state },
            element("time", { datetime: at }, words.clockSeconds(Date.parse(at))),
            ` ${words.stateWord(state)}`,
          ),
        ),
    );
  }
}

function rateUnit(greatest) {
  const power = words.unitOf(greatest);
  return { divisor: 1024 ** power, name: words.rateUnit(power), base: 1 };
}

/** From each DOWN to the UP that follows. */
function bandsOf(changes, end) {
  const bands = [];
  let from;
  for (const { at, state } of changes) {
    const instant = Date.parse(at);
    if (state === "down") {
      from = instant;
    } else if (from !== undefined) {
      bands.push({ from, to: instant });
      from = undefined;
    }
  }
  if (from !== undefined) {
    bands.push({ from, to: end });
  }
  return bands;
}

function factsOf(peer, now) {
  return {
    Addresses: peer.addresses.join(", "),
    Names: peer.names.length > 0 ? peer.names.join(", ") : words.UNKNOWN,
    Endpoint: peer.endpoint ?? words.UNKNOWN,
    "Last handshake": peer.lastHandshake
      ? words.sinceShort(peer.lastHandshake, now)
      : words.UNKNOWN,
    "Round trip": words.millis(peer.rttMillis),
    Loss: words.percent(peer.loss),
    Received: `${words.bytes(peer.receivedBytes ?? 0)}, now ${words.rate(peer.receiveRate)}`,
    Sent: `${words.bytes(peer.sentBytes ?? 0)}, now ${words.rate(peer.sendRate)}`,
    "Public key": peer.publicKey,
  };
}
