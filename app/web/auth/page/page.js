// What the pages about access share. Addresses are relative to the page, so that they also work below a path prefix.

// Dark or light as it was chosen on the dashboard; else as the system has it.
const theme = localStorage.getItem("stockpulse:theme");
if (theme) document.documentElement.dataset.theme = theme;

export const find = (id) => document.getElementById(id);

/** What the page has to say, in its language: see app/web/auth/texts.py. */
export const said = JSON.parse(document.querySelector("main").dataset.said);

/** Put a value into a text. */
export const filled = (text, value) => text.replace("{}", () => value);

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

/** Return a failure in words. `refusals` has those of its codes that mean something else here. */
export async function messageOf(response, refusals) {
  try {
    return sentenceOf((await response.json()).errors[0], refusals);
  } catch {
    return filled(said.status, response.status);
  }
}

/** Return an error in words, and how long to wait where it says so. */
export function sentenceOf({ message, code, extensions }, refusals) {
  const reason = code ?? extensions?.code;
  if (reason === "BAD_USER_INPUT") return isSecureContext ? filled(said.notAccepted, message) : said.insecure;
  const sentence = { ...said.refusals, ...refusals }[reason] ?? message;
  const seconds = extensions?.retryAfterSeconds;
  return seconds ? `${sentence} ${filled(said.wait, Math.ceil(seconds))}` : sentence;
}

/** Do something with the server, and show what went wrong. `then` takes the response. */
export async function attempt(path, body, then, refusals) {
  find("error").hidden = true;
  setBusy(true);
  try {
    const response = await send(path, body);
    if (response.ok) await then(response);
    else show(await messageOf(response, refusals));
  } catch {
    show(said.unreachable);
  } finally {
    setBusy(false);
  }
}

function setBusy(isBusy) {
  for (const button of document.querySelectorAll("button")) button.disabled = isBusy;
  document.querySelector("main").setAttribute("aria-busy", String(isBusy));
}
