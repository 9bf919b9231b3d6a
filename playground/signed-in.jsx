// Shows who is signed in, beside a link to their account and a button that signs out.
import { useEffect, useState } from "react";
import { principal, signOut } from "./session.js";

export function SignedIn() {
  const [who, setWho] = useState(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    principal().then(setWho, () => setWho(null));
  }, []);
  if (!who) return null;
  return (
    <span className="signed-in">
      <span title={`Signed in as ${who.kind} ${who.name}`}>{who.name}</span>
      <a href="./">Dashboard</a>
      <a href="account">Account</a>
      <button type="button" onClick={() => signOut().catch((error) => setProblem(error.message))}>
        Sign out
      </button>
      <span role="alert">{problem}</span>
    </span>
  );
}
