// The sign-in page: sends a name and a password, or an API key, and goes on to the page that asked for it.
// Addresses are relative to the page, so that it also works below a path prefix.

import { attempt, find, messageOf, show, signOut } from "./page.js";

const TITLES = { admin: "Sign in as admin", viewer: "Sign in as viewer" };
const forms = [find("password"), find("key")];

// The first parts of the addresses that may ask to be led back to; "" is the dashboard's first page.
const PAGES = [
  "", "stock", "items", "alerts", "orders", "reservations", "transfers", "suppliers", "counts", "insight", "settings", "wall",
  "graphql", "account",
];

/** Where to go afterwards: a page of this server, whatever the address says. */
function onward() {
  const home = new URL(".", location.href);
  const next = new URLSearchParams(location.search).get("next");
  try {
    const target = new URL(next ?? "", home);
    const isHere = target.origin === home.origin && target.pathname.startsWith(home.pathname);
    return isHere && PAGES.includes(target.pathname.slice(home.pathname.length).split("/")[0]) ? target : home;
  } catch {
    return home;
  }
}

const signIn = (body) => attempt("auth/sign-in", body, () => location.replace(onward()));

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    if (values.key) values.key = values.key.trim();
    signIn(values);
  });
}

find("sign-out").addEventListener("click", () => signOut(() => location.reload()));
find("onward").href = onward();

try {
  const response = await fetch("auth/session", { credentials: "same-origin" });
  if (!response.ok) throw new Error(await messageOf(response));
  const { principal, demo } = await response.json();
  if (principal) {
    find("who").textContent = principal.name;
    find("signed-in").hidden = false;
  }
  for (const name of demo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = TITLES[name] ?? `Sign in as ${name}`;
    button.addEventListener("click", () => signIn({ demo: name }));
    find("demo-buttons").append(button);
    find("demo").hidden = false;
  }
  for (const form of forms) form.hidden = Boolean(principal);
} catch (error) {
  for (const form of forms) form.hidden = false;
  show(error.message);
}
