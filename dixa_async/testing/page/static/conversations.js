// The list of conversations: search, pages, and the form that begins one.

import { get, onSubmit, oneAtATime, post, serverNow } from "./api.js";
import { byId, element, isolated, reconcile, setText, setTime, shortTime, words } from "./dom.js";
import { refreshPeople } from "./people.js";

const list = byId("conversation-list");
const search = byId("search");
const beginForm = byId("begin-form");
let page = 0;

export const selectedId = () => (/^#\d+$/.test(location.hash) ? location.hash.slice(1) : null);

export const refreshConversations = oneAtATime(async () => {
  const form = new FormData(search);
  const query = new URLSearchParams({ words: form.get("words"), state: form.get("state"), page });
  const found = await get(`/page/conversations?${query}`);
  page = found.page;
  reconcile(list, found.items, (item) => item.id, makeRow, updateRow);
  setTabStop();
  const nothing = byId("no-conversations");
  nothing.hidden = found.total > 0;
  setText(nothing, found.all ? "No conversation matches." : "No conversations yet. Begin one as a customer.");
  const last = found.first + found.items.length - 1;
  setText(byId("pager-text"), found.total ? `${number(found.first)}–${number(last)} of ${number(found.total)}` : "");
  byId("newer").disabled = page === 0;
  byId("older").disabled = page >= found.pages - 1;
  byId("pager").hidden = found.pages === 1;
});

const number = (value) => value.toLocaleString();

export function markSelected() {
  for (const row of list.children) {
    const link = row.firstElementChild;
    if (row.dataset.key === selectedId()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  setTabStop();
}

// Tab stops at one row, and the arrow keys move from it: nobody has to tab through all of them.
function setTabStop() {
  const links = [...list.querySelectorAll("a")];
  const stop =
    links.find((link) => link === document.activeElement) ?? links.find((link) => link.ariaCurrent === "true") ?? links[0];
  for (const link of links) link.tabIndex = link === stop ? 0 : -1;
}

function makeRow(item) {
  return element(
    "li",
    {},
    element(
      "a",
      { href: `#${encodeURIComponent(item.id)}`, class: "row" },
      element("span", { class: "line" }, isolated("", { class: "name clip" }), element("time", { class: "muted" })),
      isolated("", { class: "subject clip" }),
      element(
        "span",
        { class: "line" },
        isolated("", { class: "preview clip muted" }),
        element("span", { class: "chip channel" }),
        element("span", { class: "chip state" }),
      ),
    ),
  );
}

function updateRow(row, item) {
  const part = (selector) => row.querySelector(selector);
  setText(part(".name"), item.name);
  setTime(part("time"), item.at, shortTime(item.at, serverNow()));
  setText(part(".subject"), item.subject || `Conversation ${item.id}`);
  setText(part(".preview"), item.text || "No messages");
  setText(part(".channel"), channelName(item.channel));
  setText(part(".state"), stateName(item.state));
  part(".state").dataset.state = item.state;
  row.dataset.key = item.id;
  if (item.id === selectedId()) part(".row").setAttribute("aria-current", "true");
  else part(".row").removeAttribute("aria-current");
}

export const stateName = words;
const channels = { WidgetChat: "Chat", WhatsApp: "WhatsApp", Sms: "SMS", PstnPhone: "Phone", FacebookMessenger: "Facebook" };
export const channelName = (channel) => channels[channel] ?? words(channel);

function show(nextPage) {
  page = nextPage;
  refreshConversations();
}

function setBeginning(open) {
  beginForm.hidden = !open;
  if (open) refreshPeople().catch(() => {}); // those who are known already can be chosen
  byId("begin").setAttribute("aria-expanded", String(open));
  (open ? beginForm.elements.email : byId("begin")).focus();
}

export function startConversations() {
  let typing;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(show, 150, 0);
  });
  search.addEventListener("submit", (event) => event.preventDefault());
  byId("newer").addEventListener("click", () => show(page - 1));
  byId("older").addEventListener("click", () => show(page + 1));
  byId("begin").addEventListener("click", () => setBeginning(beginForm.hidden));
  byId("begin-cancel").addEventListener("click", () => setBeginning(false));
  beginForm.addEventListener("keydown", (event) => {
    if (event.key === "Escape") setBeginning(false);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const row = step && event.target.closest("li")?.[step];
    if (!row) return;
    event.preventDefault();
    row.firstElementChild.focus();
  });
  list.addEventListener("focusin", setTabStop);
  onSubmit(beginForm, async (form) => {
    const begun = await post("/page/conversations", Object.fromEntries(form));
    beginForm.reset();
    setBeginning(false);
    location.hash = begun.id;
  });
}
