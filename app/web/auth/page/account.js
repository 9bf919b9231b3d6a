// The page of who is signed in: what they may do, signing out, and their password.

import { attempt, find, messageOf, said, sentenceOf, show, signOut } from "./page.js";

const CHANGE = `mutation ChangePassword($input: PasswordChangeInput!) {
  passwordChange(input: $input) { userErrors { code message field } }
}`;
const FIELDS = { currentPassword: find("current"), newPassword: find("new") };
const form = find("password");

/** Mark the input that is wrong, or none, for those who do not see the message. */
function mark(wrong) {
  for (const input of form.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  wrong?.setAttribute("aria-invalid", "true");
}

function refuse(message, input) {
  mark(input);
  show(message);
}

async function changed(response) {
  const { data, errors } = await response.json();
  const problem = errors?.[0] ?? data.passwordChange.userErrors[0];
  if (problem) {
    refuse(sentenceOf(problem), FIELDS[problem.field?.[0]]);
    return;
  }
  form.reset();
  find("done").textContent = said.passwordChanged;
  find("done").focus(); // it stands above what may have been scrolled away
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  mark(null);
  find("done").textContent = "";
  const currentPassword = find("current").value;
  const newPassword = find("new").value;
  if (newPassword !== find("again").value) {
    refuse(said.typedDifferently, find("again"));
    return;
  }
  const variables = { input: { currentPassword, newPassword } };
  attempt("graphql", { query: CHANGE, operationName: "ChangePassword", variables }, changed);
});

find("sign-out").addEventListener("click", () => signOut(() => location.replace("sign-in?next=account")));

function fact(name, value) {
  const term = document.createElement("dt");
  term.textContent = name;
  const detail = document.createElement("dd");
  detail.textContent = value;
  find("facts").append(term, detail);
}

/** Leave out what is implied: who may write may read. */
function inShort(scopes) {
  const implied = scopes.filter((scope) => scope.endsWith(":write")).map((scope) => scope.replace(":write", ":read"));
  return scopes.filter((scope) => !implied.includes(scope));
}

const { facts } = said;
const { lang } = document.documentElement;
const locale = navigator.languages.find((name) => name.startsWith(lang)) ?? lang;
const listed = (values) => values?.join(", ") ?? facts.all;
const time = (text) => new Date(text).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });

try {
  const response = await fetch("auth/account", { credentials: "same-origin" });
  if (response.status === 401) location.replace("sign-in?next=account");
  else if (!response.ok) show(await messageOf(response));
  else {
    const account = await response.json();
    const isPerson = account.kind === "person";
    fact(isPerson ? facts.person : facts.apiKey, account.name);
    fact(facts.scopes, account.scopes.includes("admin") ? facts.everything : listed(inShort(account.scopes)));
    fact(facts.locations, listed(account.locations));
    fact(facts.categories, listed(account.categories));
    fact(facts.approvalLimit, account.approvalLimit ?? facts.anyValue);
    if (account.documentsOnly) fact(facts.operations, facts.documentsOnly);
    if (account.expiresAt) fact(facts.signedInUntil, time(account.expiresAt));
    form.elements.username.value = account.name;
    find("account").hidden = false;
    form.hidden = !isPerson;
    find("no-password").hidden = isPerson;
  }
} catch {
  show(said.unreachable);
}
