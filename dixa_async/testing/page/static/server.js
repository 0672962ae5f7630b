// The server: rate limit, requests, webhooks, faults and the clock.

import { get, onSubmit, oneAtATime, post, serverNow, setServerTime } from "./api.js";
import { breakable, byId, element, exactTime, fullTime, isolated, reconcile, setText, setTime, words } from "./dom.js";

let limits = [];
let limitsReadAt = 0;

export const refreshServer = oneAtATime(async () => {
  const server = await get("/page/server");
  setServerTime(server.now);
  setText(byId("organization"), server.organization);
  setTime(byId("now"), server.now, fullTime(server.now));
  limits = server.limits;
  limitsReadAt = performance.now();
  drawLimits();
  setText(byId("throttled"), throttledText(server));
  updateRequests(server);
  byId("no-webhooks").hidden = server.webhooks.length > 0;
  reconcile(byId("webhooks"), server.webhooks, (each) => each.id, makeWebhook, updateWebhook);
  byId("clear-faults").hidden = server.faults.length < 2;
  reconcile(byId("faults"), server.faults, (each) => `${each.id} ${each.text}`, makeFault, updateFault);
});

function throttledText(server) {
  if (!server.limits.length) return "No limit.";
  const count = server.throttledCount;
  return count ? `${count.toLocaleString()} ${count === 1 ? "request was" : "requests were"} throttled (429).` : "";
}

function drawLimits() {
  const seconds = (performance.now() - limitsReadAt) / 1000;
  const now = limits.map((each) => ({ ...each, tokens: Math.min(each.capacity, each.tokens + seconds * each.perSecond) }));
  reconcile(byId("limits"), now, (each) => each.name, makeLimit, updateLimit);
}

const limitNames = { burst: "At once", "daily quota": "Today" };

function makeLimit(limit) {
  const name = limitNames[limit.name] ?? limit.name;
  return element(
    "div",
    { class: "limit" },
    element("span", {}, name),
    element("span", { class: "muted number" }),
    element(
      "div",
      { class: "bar", role: "meter", "aria-label": `Rate limit: ${name}`, "aria-valuemin": 0, "aria-valuemax": limit.capacity },
      element("div"),
    ),
  );
}

function updateLimit(child, limit) {
  const left = Math.max(0, Math.floor(limit.tokens + 0.001));
  const rate = limit.name === "burst" ? ` · ${limit.perSecond.toLocaleString()} a second` : "";
  setText(child.querySelector(".number"), `${left.toLocaleString()} of ${limit.capacity.toLocaleString()} left${rate}`);
  const bar = child.querySelector(".bar");
  bar.setAttribute("aria-valuenow", left);
  bar.dataset.low = limit.tokens < limit.capacity / 3;
  bar.firstElementChild.style.width = `${(100 * Math.max(0, limit.tokens)) / limit.capacity}%`;
}

function updateRequests(server) {
  const count = server.requestCount;
  setText(byId("request-count"), count ? count.toLocaleString() : "");
  byId("no-requests").hidden = server.requests.length > 0;
  document.querySelector(".table-box").hidden = server.requests.length === 0;
  const rows = server.requests.map((request, index) => ({ ...request, number: count - index }));
  reconcile(byId("requests"), rows, (each) => each.number, makeRequest, updateRequest);
}

function makeRequest(request) {
  return element(
    "tr",
    {},
    element("td", {}, element("b", {}, request.method)),
    element("td", {}, breakable(request.path), element("p", { class: "muted fault-text" })),
    element("td", {}, element("span", { class: "chip status" })),
    element("td", { class: "number" }),
  );
}

function updateRequest(row, request) {
  const isOver = request.ms !== null;
  setText(row.querySelector(".fault-text"), request.fault === null ? "" : `Fault: ${request.fault}`);
  const status = row.querySelector(".status");
  setText(status, String(request.status ?? (isOver ? "dropped" : "…")));
  status.dataset.level = request.status === null ? (isOver ? "5" : "") : String(request.status)[0];
  setText(row.querySelector(".number"), isOver ? request.ms.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : "");
}

function makeWebhook(webhook) {
  return element(
    "article",
    { class: "webhook" },
    element("h3", {}, isolated("", { class: "webhook-name" }), " ", element("span", { class: "chip enabled" })),
    element("p", { class: "muted" }, isolated("", { class: "url" })),
    element("p", { class: "muted events" }),
    element("ul", { class: "plain-list deliveries" }),
    element("p", { class: "error", role: "alert" }),
  );
}

function updateWebhook(child, webhook) {
  const part = (selector) => child.querySelector(selector);
  setText(part(".webhook-name"), webhook.name);
  setText(part(".enabled"), webhook.enabled ? "on" : "off");
  part(".enabled").dataset.level = webhook.enabled ? "2" : "";
  setText(part(".url"), webhook.url);
  setText(part(".events"), webhook.events.length > 3 ? `${webhook.events.length} kinds of events` : webhook.events.map(eventName).join(", "));
  reconcile(
    part(".deliveries"),
    webhook.deliveries,
    (each) => `${each.at} ${each.event} ${each.eventId}`,
    (each) => makeDelivery(webhook, each, part(".error")),
  );
}

const eventName = (event) => words(event.replace(/^Conversation(?=.)/, ""));

function makeDelivery(webhook, delivery, error) {
  const again = element("button", { type: "button", class: "small", "aria-label": `Deliver ${delivery.event} again` }, "Again");
  again.addEventListener("click", () =>
    attempt(error, () =>
      post(`/page/webhooks/${encodeURIComponent(webhook.id)}/redeliver`, { event: delivery.event, eventId: delivery.eventId }),
    ),
  );
  const status = element("span", { class: "chip", "data-level": delivery.success ? "2" : "5" }, String(delivery.status || "none"));
  const time = element("time", { class: "muted" });
  setTime(time, delivery.at, exactTime(delivery.at));
  return element(
    "li",
    { class: "delivery" },
    element(
      "details",
      {},
      element("summary", {}, status, " ", isolated(eventName(delivery.event), { class: "clip", title: delivery.event }), time),
      element("p", { class: "muted" }, "Response: ", isolated(delivery.response || "empty")),
      element("pre", { dir: "auto", tabindex: "0" }, pretty(delivery.payload)),
    ),
    again,
  );
}

function pretty(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload; // it is cut off
  }
}

function makeFault(fault) {
  const remove = element("button", { type: "button", class: "small" }, "Remove");
  remove.addEventListener("click", () => attempt(document.querySelector("#fault .error"), () => post("/page/faults/clear", { id: fault.id })));
  return element("li", { class: "fault" }, element("div", {}, isolated(fault.text), element("p", { class: "muted" })), remove);
}

function updateFault(child, fault) {
  const used = fault.used === 1 ? "once" : `${fault.used.toLocaleString()} times`;
  setText(child.querySelector("p"), fault.used ? `Happened ${used}` : "Has not happened yet");
}

// Does what a button outside of a form asks for.
async function attempt(error, work) {
  error.textContent = "";
  try {
    await work();
    await refreshServer();
  } catch (problem) {
    error.textContent = problem.message;
  }
}

const mutations = new Set(["wrong_type", "unknown_type", "new_enum_value", "missing_field"]);

function faultOf(form) {
  const kind = form.get("kind");
  return {
    operation: `${form.get("method")} ${form.get("path").trim() || "*"}`,
    times: form.get("times") ? Number(form.get("times")) : null,
    probability: Number(form.get("percent")) / 100,
    delay: Number(form.get("delay")),
    status: kind === "status" || kind === "applied" ? Number(form.get("status")) : null,
    apply: kind === "applied",
    drop: kind === "before" || kind === "after" ? kind : null,
    mutation: mutations.has(kind) ? kind : null,
  };
}

export function startServer(paths) {
  const fault = byId("fault");
  byId("paths").append(...paths.map((path) => element("option", { value: path })));
  fault.elements.kind.addEventListener("change", () => {
    const status = fault.elements.status.closest("label");
    status.hidden = !status.dataset.kinds.split(" ").includes(fault.elements.kind.value);
    fault.elements.status.disabled = status.hidden;
  });
  onSubmit(fault, async (form) => {
    await post("/page/faults", faultOf(form));
    await refreshServer();
  });
  byId("clear-faults").addEventListener("click", () => attempt(fault.querySelector(".error"), () => post("/page/faults/clear", {})));
  onSubmit(byId("clock"), async (form) => {
    await post("/page/clock", { seconds: Number(form.get("amount")) * Number(form.get("unit")) });
    await refreshServer();
  });
  setInterval(drawLimits, 250);
}
