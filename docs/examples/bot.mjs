// A bot in JavaScript: replies to each message of an end user once. It needs Node 20 or later and nothing else.
//
//   python -m dixa_async fake        # prints the address and the token of a fake Dixa
//   DIXA_BASE_URL=http://127.0.0.1:8642 DIXA_API_KEY=fake-dixa-token node bot.mjs

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const baseUrl = process.env.DIXA_BASE_URL ?? "https://dev.dixa.io";
const port = Number(process.env.BOT_PORT ?? 8080);
const publicUrl = process.env.BOT_URL ?? `http://127.0.0.1:${port}/dixa`;
const oldest = 60 * 60 * 1000; // milliseconds; Dixa may deliver an event long after it was signed

async function dixa(method, path, body) {
  const response = await fetch(`${baseUrl}/beta${path}`, {
    method,
    headers: { Authorization: process.env.DIXA_API_KEY, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (response.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1000)); // too fast: Dixa has done nothing
    return dixa(method, path, body);
  }
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()).data;
}

// The signature is `t=<milliseconds>,v1=<hex>`: HMAC-SHA256 of the time, a dot and the body as it came.
function isFromDixa(header, body, secretKey) {
  const [, time, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (time === undefined || Math.abs(Date.now() - Number(time)) > oldest) return false;
  const expected = createHmac("sha256", Buffer.from(secretKey, "hex")).update(`${time}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(given, "hex"));
}

// Dixa delivers an event more than once. A bot in production keeps this in a database.
const seen = new Set();

async function handle(event) {
  const { conversation, message_id: messageId, direction, text } = event.data;
  if (event.event_fqn !== "CONVERSATION_MESSAGE_ADDED" || direction !== "inbound" || seen.has(messageId)) return;
  seen.add(messageId);
  await dixa("POST", `/conversations/${conversation.csid}/messages`, {
    _type: "Outbound",
    agentId,
    content: { _type: "Text", value: `Thank you for "${text}".` },
    externalId: `reply-to-${messageId}`, // refused if it was sent before
  });
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const agentId = process.env.BOT_AGENT_ID ?? (await dixa("GET", "/agents"))[0].id;
const subscription = await dixa("POST", "/webhooks", {
  name: "bot.mjs",
  url: publicUrl,
  events: ["ConversationMessageAdded"],
  authorization: { _type: "NoAuth" },
  customHeaders: {},
});

const server = createServer(async (request, response) => {
  const body = await readBody(request);
  if (!isFromDixa(request.headers["x-dixa-signature"], body, subscription.secretKey)) {
    response.writeHead(401).end();
    return;
  }
  response.writeHead(204).end();
  await handle(JSON.parse(body)).catch((error) => console.error(error.message));
});
server.listen(port, "127.0.0.1", () => console.log(`The bot listens at ${publicUrl}`));
