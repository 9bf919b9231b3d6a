// What the pages about access share. Addresses are relative to the page, so that they also work below a path prefix.

// Dark or light as it was chosen on the dashboard; else as the system has it.
const theme = localStorage.getItem("stockpulse:theme");
if (theme) document.documentElement.dataset.theme = theme;

export const find = (id) => document.getElementById(id);

/** Send a request that only a page of this server can send. */
export async function send(path, body) {
  const headers = { "content-type": "application/json", "graphql-preflight": "1" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
}

/** End the session. The dashboard keeps who was signed in, for counting without the server: not beyond this. */
export const signOut = (then) =>
  attempt("auth/sign-out", {}, () => {
    localStorage.removeItem(`stockpulse:viewer ${new URL(".", location.href).pathname}`);
    then();
  });

/** Show what went wrong, where it is read out. */
export function show(message) {
  const error = find("error");
  error.textContent = message;
  error.hidden = false;
  error.focus();
}

/** Return the server's own words for a failure. */
export async function messageOf(response) {
  try {
    return sentenceOf((await response.json()).errors[0]);
  } catch {
    return `The server answered with status ${response.status}.`;
  }
}

/** Return the message of an error, and how long to wait where it says so. */
export function sentenceOf({ message, extensions }) {
  const seconds = extensions?.retryAfterSeconds;
  return seconds ? `${message} Wait ${Math.ceil(seconds)} s.` : message;
}

/** Do something with the server, and show what went wrong. `then` takes the response. */
export async function attempt(path, body, then) {
  find("error").hidden = true;
  setBusy(true);
  try {
    const response = await send(path, body);
    if (response.ok) await then(response);
    else show(await messageOf(response));
  } catch {
    show("The server cannot be reached.");
  } finally {
    setBusy(false);
  }
}

function setBusy(isBusy) {
  for (const button of document.querySelectorAll("button")) button.disabled = isBusy;
  document.querySelector("main").setAttribute("aria-busy", String(isBusy));
}
