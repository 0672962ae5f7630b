// The page's own requests. The server's clock, as far as the page knows it, is kept here, too.

async function send(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? `The server responded with ${response.status}`);
  return body;
}

export const get = (path) => send(path);

export const post = (path, body) =>
  send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const gap = 300; // milliseconds between two calls: a long list costs the server something

// At most one call at a time; those that come meanwhile become one more.
export function oneAtATime(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work();
        if (again) await new Promise((resolve) => setTimeout(resolve, gap));
      } while (again);
    } finally {
      running = false;
    }
  };
}

// Sends what a form says, and shows beside it what the server refuses.
export function onSubmit(form, work) {
  const error = form.querySelector(".error");
  const button = form.querySelector("button:not([type=button])");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    error.textContent = "";
    try {
      await work(new FormData(form));
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      button.disabled = false;
    }
  });
}

let ahead = 0; // milliseconds that the server's clock is ahead of this one

export function setServerTime(iso) {
  ahead = new Date(iso).getTime() - Date.now();
}

export const serverNow = () => new Date(Date.now() + ahead);
