// What is wrong with the node, and what to do about it.

import { KeyedChildren, element, setAttribute, setHidden, setText } from "./dom.js";
import { since } from "./words.js";

export class Conditions {
  #section = document.getElementById("conditions");
  #list = new KeyedChildren(document.getElementById("conditions-list"), () => new Item());

  update(mesh) {
    setHidden(this.#section, mesh.conditions.length === 0);
    this.#list.update(mesh.conditions, (condition) => condition.code, mesh.now);
  }
}

class Item {
  #severity = element("span", { class: "severity" });
  #code = element("span", { class: "code" });
  #since = element("span", { class: "quiet" });
  #text = element("p", { class: "text" });
  #remedy = element("p", { class: "remedy" });
  root = element(
    "li",
    { class: "condition" },
    element("p", { class: "head" }, this.#severity, " ", this.#code, " ", this.#since),
    this.#text,
    this.#remedy,
  );

  update(condition, now) {
    setAttribute(this.root, "data-severity", condition.severity);
    setText(this.#severity, condition.severity);
    setText(this.#code, condition.code);
    setText(this.#since, since(condition.since, now));
    setText(this.#text, condition.text);
    setText(this.#remedy, `Remedy: ${condition.remedy}`);
  }
}
