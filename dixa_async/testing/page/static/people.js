// Who can be chosen: agents to write as, and the addresses of customers.

import { get } from "./api.js";
import { byId, element, reconcile } from "./dom.js";

// A program may have added some since the page was opened, so they are read whenever they are about to be chosen.
export async function refreshPeople() {
  const known = await get("/page/known");
  reconcile(byId("end-users"), known.endUsers, (user) => user.email, (user) => element("option", { value: user.email }, user.name));
  reconcile(byId("agents"), known.agents, (agent) => agent.id, (agent) => element("option", { value: agent.id }, agent.name));
  return known;
}
