// The sign-in page: sends a name and a password, or an API key, and goes on to the page that asked for it.
// Addresses are relative to the page, so that it also works below a path prefix.

import { attempt, filled, find, messageOf, said, show, signOut } from "./page.js";

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

const WRONG = { password: said.wrongPassword, key: said.wrongKey, demo: said.noDemo };

const signIn = (by, body) =>
  attempt("auth/sign-in", body, () => location.replace(onward()), { UNAUTHENTICATED: WRONG[by] });

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    if (values.key) values.key = values.key.trim();
    signIn(form.id, values);
  });
}

find("sign-out").addEventListener("click", () => signOut(() => location.reload()));
find("onward").href = onward();

function present({ principal, demo }) {
  if (principal) {
    find("who").textContent = principal.name;
    find("signed-in").hidden = false;
  }
  for (const name of demo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = filled(said.signInAs, name);
    button.addEventListener("click", () => signIn("demo", { demo: name }));
    find("demo-buttons").append(button);
    find("demo").hidden = false;
  }
  for (const form of forms) form.hidden = Boolean(principal);
}

try {
  const response = await fetch("auth/session", { credentials: "same-origin" });
  present(response.ok ? await response.json() : { demo: [] });
  if (!response.ok) show(await messageOf(response));
} catch {
  present({ demo: [] });
  show(said.unreachable);
}
