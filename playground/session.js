// Whose session the page runs in. Addresses are relative to the page, so that it also works below a path prefix.

// With it the server knows that this page has sent the request: no page of another origin can set it unasked.
export const ON_PURPOSE = { "graphql-preflight": "1" };

/** Return who is signed in as `{ kind, name }`; null where nobody is, or the server asks for no credentials. */
export async function principal() {
  const response = await fetch("auth/session", { credentials: "same-origin" });
  if (!response.ok) return null;
  const { principal: found } = await response.json();
  return found?.kind === "trusted" ? null : found;
}

/** Leave for the sign-in page, which leads back here. */
export function goToSignIn() {
  const page = new URL("sign-in", location.href);
  page.searchParams.set("next", location.pathname + location.search);
  location.assign(page);
}

/** End the session, and leave for the sign-in page. */
export async function signOut() {
  const response = await fetch("auth/sign-out", { method: "POST", headers: ON_PURPOSE, credentials: "same-origin" });
  if (response.ok) goToSignIn();
  else throw new Error(`Signing out failed with status ${response.status}.`);
}

/** Tell whether headers carry credentials of their own, which then count instead of the session. */
export function hasCredentials(headers) {
  return Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "authorization");
}
