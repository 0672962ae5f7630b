// Starts the page, keeps it live, and shows the view that the address names.

import { markSelected, refreshConversations, selectedId, startConversations } from "./conversations.js";
import { byId, setText } from "./dom.js";
import { refreshPeople } from "./people.js";
import { refreshServer, startServer } from "./server.js";
import { refreshThread, startThread } from "./thread.js";

const refreshers = { conversations: [refreshConversations, refreshThread], server: [refreshServer] };

function refresh(topics) {
  for (const topic of topics) {
    for (const work of refreshers[topic] ?? []) work().catch(() => setLive(false));
  }
}

const refreshAll = () => refresh(Object.keys(refreshers));

function setLive(isLive) {
  setText(byId("live"), isLive ? "Live" : "Reconnecting…");
  byId("live").dataset.on = isLive;
}

let events = null;

// A browser opens only six connections to a server: a tab that nobody sees must not keep one.
function connect() {
  if (document.hidden) {
    events?.close();
    events = null;
    return;
  }
  if (events !== null) return;
  events = new EventSource("/page/events");
  events.onopen = () => {
    setLive(true);
    refreshAll(); // something may have changed meanwhile
  };
  events.onmessage = (message) => refresh(JSON.parse(message.data));
  events.onerror = (event) => {
    setLive(false);
    if (event.target.readyState !== EventSource.CLOSED) return; // it connects again by itself
    events = null;
    setTimeout(connect, 2000);
  };
}

function showView() {
  const view = location.hash === "#server" ? "server" : selectedId() === null ? "list" : "thread";
  document.body.dataset.view = view;
  for (const link of document.querySelectorAll("nav a")) {
    const isCurrent = link.dataset.for === view || (view === "thread" && link.dataset.for === "list");
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  markSelected();
  refreshThread();
}

async function start() {
  const known = await refreshPeople();
  startConversations();
  startThread();
  startServer(known.paths);
  window.addEventListener("hashchange", showView);
  document.addEventListener("visibilitychange", connect);
  setInterval(() => document.hidden || refresh(["server"]), 30_000);
  showView();
  connect();
}

start().catch((problem) => setText(byId("live"), problem.message));
