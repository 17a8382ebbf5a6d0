// What the page does with the document: elements are made once, and touched where they differ.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with attributes; children are elements, or text that is shown as it is. */
export function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** As `element`, for pictures. */
export function svg(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Without a value the attribute goes. */
export function setAttribute(target, name, value) {
  if (value === undefined || value === null) {
    target.removeAttribute(name);
  } else if (target.getAttribute(name) !== String(value)) {
    target.setAttribute(name, value);
  }
}

export function setHidden(target, hidden) {
  if (target.hidden !== hidden) {
    target.hidden = hidden;
  }
}

/** Children of `parent`, one for each item by its key, in the order of the items. */
export class KeyedChildren {
  #parent;
  #make;
  #parts = new Map();

  /** `make(item)` gives an object with `root`, the child, and `update(item, ...)`. */
  constructor(parent, make) {
    this.#parent = parent;
    this.#make = make;
  }

  get(key) {
    return this.#parts.get(key);
  }

  update(items, keyOf, ...more) {
    const kept = new Map();
    for (const item of items) {
      const key = keyOf(item);
      const part = this.#parts.get(key) ?? this.#make(item);
      part.update(item, ...more);
      kept.set(key, part);
    }
    this.#parts = kept;
    placeInOrder(this.#parent, [...kept.values()].map((part) => part.root));
  }
}

/** Children that stand where they belong aren't touched; the focus stays where it is. */
function placeInOrder(parent, children) {
  const present = parent.children;
  const isInOrder =
    present.length === children.length && children.every((child, place) => present[place] === child);
  if (!isInOrder) {
    const focused = parent.contains(document.activeElement) ? document.activeElement : null;
    parent.replaceChildren(...children);
    focused?.focus({ preventScroll: true });
  }
}
