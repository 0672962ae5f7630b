// One conversation: its messages and notes, and the box to write in.

import { get, onSubmit, oneAtATime, post, serverNow } from "./api.js";
import { channelName, selectedId, stateName } from "./conversations.js";
import { byId, element, isolated, reconcile, setText, setTime, timeSince } from "./dom.js";
import { refreshPeople } from "./people.js";

const entries = byId("entries");
const form = byId("write");
let shownId = null;

export const refreshThread = oneAtATime(async () => {
  const id = selectedId();
  if (id === null) {
    show(false, "Choose a conversation, or begin a new one.");
    shownId = null;
    return;
  }
  let conversation;
  try {
    conversation = await get(`/page/conversations/${id}`);
  } catch (problem) {
    show(false, problem.message);
    shownId = null;
    return;
  }
  if (id !== selectedId()) return; // another one was chosen meanwhile, and is read next
  show(true);
  const isOther = id !== shownId;
  shownId = id;
  if (isOther) form.reset();
  if (isOther) chooseAuthor();
  updateHead(conversation);
  updateEntries(conversation, isOther);
});

function show(isThere, otherwise = "") {
  byId("thread-body").hidden = !isThere;
  byId("no-thread").hidden = isThere;
  setText(byId("no-thread"), otherwise);
}

function updateHead(conversation) {
  const title = conversation.subject || `Conversation ${conversation.id}`;
  byId("thread-title").replaceChildren(isolated(title));
  const address = conversation.email && conversation.email !== conversation.name ? [" · ", isolated(conversation.email)] : [];
  byId("thread-who").replaceChildren(isolated(conversation.name), ...address);
  const chip = (text, attributes = {}) => isolated(text, { class: "chip", ...attributes });
  byId("thread-facts").replaceChildren(
    chip(channelName(conversation.channel)),
    chip(stateName(conversation.state), { "data-state": conversation.state }),
    chip(`#${conversation.id}`),
    ...(conversation.queue ? [chip(conversation.queue, { title: "Queue" })] : []),
    ...(conversation.agent ? [chip(conversation.agent, { title: "Assigned to" })] : []),
    ...conversation.tags.map((tag) => chip(tag, { class: "chip tag", title: "Tag" })),
  );
}

function updateEntries(conversation, isOther) {
  const isAtEnd = entries.scrollHeight - entries.scrollTop - entries.clientHeight < 60;
  entries.setAttribute("aria-busy", String(isOther)); // a whole conversation is not read out, only what is new
  if (isOther) entries.replaceChildren();
  const earlier = conversation.earlier ? [{ id: "earlier", earlier: conversation.earlier }] : [];
  reconcile(entries, [...earlier, ...conversation.entries], (entry) => `${entry.kind} ${entry.id}`, makeEntry);
  entries.setAttribute("aria-busy", "false");
  if (isOther || isAtEnd) entries.scrollTop = entries.scrollHeight;
}

const kinds = { customer: "customer", agent: "agent", note: "internal note" };

function makeEntry(entry) {
  if (entry.earlier) return element("p", { class: "muted earlier" }, `${entry.earlier} earlier messages are not shown.`);
  const time = element("time", {});
  setTime(time, entry.at, timeSince(entry.at, serverNow()));
  const format = entry.format === "Text" ? [] : [` · ${entry.format}`];
  const more = entry.cut ? [element("p", { class: "muted" }, `… and ${entry.cut.toLocaleString()} more characters`)] : [];
  const source = entry.source === null ? [] : [element("details", { class: "source muted" }, element("summary", {}, "Source"), element("pre", { dir: "auto", tabindex: "0" }, entry.source))];
  return element(
    "article",
    { class: `entry ${entry.kind}` },
    element("p", { class: "by muted" }, isolated(entry.author), ` (${kinds[entry.kind]}) · `, time, ...format),
    element("div", { class: "bubble" }, element("p", { class: "text", dir: "auto" }, entry.text || "(no text)"), ...more, ...source),
    ...entry.files.map((file) => element("p", { class: "muted file" }, "Attachment: ", isolated(file))),
  );
}

function chooseAuthor() {
  const isAgent = form.elements.as.value === "agent";
  form.elements.agent.hidden = !isAgent;
  form.elements.text.placeholder = isAgent ? "Write as the agent" : "Write as the customer";
}

export function startThread() {
  form.elements.as.forEach((choice) =>
    choice.addEventListener("change", () => {
      chooseAuthor();
      refreshPeople().catch(() => {}); // those who are known already can be chosen
    }),
  );
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  onSubmit(form, async (written) => {
    const isAgent = written.get("as") === "agent";
    const id = shownId;
    await post(`/page/conversations/${id}/messages`, {
      text: written.get("text"),
      agentId: isAgent ? written.get("agent") : null,
    });
    if (id !== shownId) return; // another conversation was chosen meanwhile, with a text of its own
    form.elements.text.value = "";
    form.elements.text.focus();
    entries.scrollTop = entries.scrollHeight;
    await refreshThread();
  });
}
