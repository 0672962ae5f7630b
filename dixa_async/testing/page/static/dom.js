// Builds elements. A text only ever becomes a text node, so that nothing in it can run.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// A text of someone else: isolated, for its direction must not turn what stands beside it.
export const isolated = (text, attributes = {}) => element("bdi", attributes, text);

// A path, which may be broken where its parts end.
export function breakable(path) {
  const made = isolated("", { class: "path" });
  for (const part of path.split(/(?<=[/?&])/)) made.append(part, element("wbr"));
  return made;
}

export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

// Makes the children of `parent` those of `items`, keeping each that is there: it may have the focus, or be open.
export function reconcile(parent, items, keyOf, make, update = () => {}) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = before.get(key);
    before.delete(key);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  for (const child of before.values()) child.remove();
}

// AwaitingPending: Awaiting pending
export const words = (name) => name.replace(/([a-z])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`);

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

const isSameDay = (one, other) => one.toDateString() === other.toDateString();

export function shortTime(iso, now) {
  const time = new Date(iso);
  if (isSameDay(time, now)) return hour.format(time);
  return (time.getFullYear() === now.getFullYear() ? day : dayOfYear).format(time);
}

export const fullTime = (iso) => `${dayOfYear.format(new Date(iso))}, ${hour.format(new Date(iso))}`;

export const timeSince = (iso, now) => (isSameDay(new Date(iso), now) ? hour.format(new Date(iso)) : fullTime(iso));

export const exactTime = (iso) => second.format(new Date(iso));

export function setTime(target, iso, text) {
  target.dateTime = iso;
  target.title = iso;
  setText(target, text);
}
