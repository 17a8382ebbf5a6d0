// Times, amounts and states in words. What isn't known is a dash.

export const UNKNOWN = "–";

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const CLOCK_SECONDS = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const NATURAL = new Intl.Collator("en", { numeric: true });

/** As a person sorts names: node-0-9 comes before node-0-10. */
export const inNaturalOrder = NATURAL.compare;

/** An instant in milliseconds, on the clock of whoever reads: 13:02, or 27 Nov 13:02. */
export function clock(millis, now) {
  const time = CLOCK.format(millis);
  return isSameDay(millis, now) ? time : `${DAY.format(millis)} ${time}`;
}

/** With seconds: 13:02:45. */
export function clockSeconds(millis) {
  return CLOCK_SECONDS.format(millis);
}

function isSameDay(one, other) {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** A time span: 40 s, 4 min, 2 h 5 min, 3 d 4 h. */
export function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? two(hours, "h", minutes % 60, "min")
    : two(Math.floor(hours / 24), "d", hours % 24, "h");
}

function two(large, largeUnit, small, smallUnit) {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "since 13:02 (4 min)", of two ISO instants; empty where the first isn't known. */
export function since(then, now) {
  return then ? `since ${sinceShort(then, now)}` : "";
}

/** "13:02 (4 min)". */
export function sinceShort(then, now) {
  const [from, to] = [Date.parse(then), Date.parse(now)];
  return `${clock(from, to)} (${span(to - from)})`;
}

/** "12 s ago", of two ISO instants. */
export function ago(then, now) {
  return then ? `${span(Date.parse(now) - Date.parse(then))} ago` : UNKNOWN;
}

export function millis(value) {
  return value === undefined || value === null ? UNKNOWN : `${number(value)} ms`;
}

export function percent(share) {
  return share === undefined ? UNKNOWN : `${number(share * 100)} %`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** 512 B, 3.4 MiB, as the command has them. */
export function bytes(value) {
  const unit = unitOf(value);
  return `${number(value / 1024 ** unit)} ${UNITS[unit]}`;
}

/** 3.4 MiB/s. */
export function rate(value) {
  return value === undefined || value === null ? UNKNOWN : `${bytes(value)}/s`;
}

/** Which unit an amount is best told in: the power of 1024. */
export function unitOf(value) {
  const power = value < 1 ? 0 : Math.floor(Math.log2(value) / 10);
  return Math.min(power, UNITS.length - 1);
}

/** "MiB/s" of a power of 1024. */
export function rateUnit(power) {
  return `${UNITS[power]}/s`;
}

/** With one digit behind the point below 10 and none above. */
export function number(value) {
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** "1 node", "3 nodes". */
export function count(value, noun) {
  return value === 1 ? `1 ${noun}` : `${value} ${noun}s`;
}

const STATES = { up: "UP", down: "DOWN", unknown: "Unknown" };

export function stateWord(state) {
  return STATES[state] ?? STATES.unknown;
}
