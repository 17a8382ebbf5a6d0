// Who went DOWN and who is UP again, told to those who don't see the page.

import { setText } from "./dom.js";
import { stateWord } from "./words.js";

const MOST_NAMES = 3;

export class Changes {
  #region = document.getElementById("changes");
  #states = null;

  update(mesh) {
    const states = new Map(mesh.peers.map((peer) => [peer.publicKey, peer.state]));
    if (this.#states) {
      const sentences = ["down", "up"].map((state) => this.#sentence(mesh, state));
      const news = sentences.filter((sentence) => sentence).join(" ");
      if (news) {
        setText(this.#region, news);
      }
    }
    this.#states = states;
  }

  /** Who is in a state that it wasn't in before; a first verdict of UP is no news. */
  #sentence(mesh, state) {
    const changed = mesh.peers.filter((peer) => {
      const before = this.#states.get(peer.publicKey);
      const isNews = state === "down" ? before !== "down" : before === "down";
      return before !== undefined && peer.state === state && isNews;
    });
    if (changed.length === 0) {
      return "";
    }
    const names = changed.slice(0, MOST_NAMES).map((peer) => peer.id);
    const others = changed.length - names.length;
    const who = others > 0 ? `${names.join(", ")} and ${others} more` : names.join(", ");
    return `${who} ${changed.length === 1 ? "is" : "are"} ${stateWord(state)}.`;
  }
}
