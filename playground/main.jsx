import "./workers.js"; // first: the editor looks for its workers as it loads
import "graphiql/style.css";
import "./page.css";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { fetcher } from "./fetcher.js";
import { headers, operations } from "./operations.js";
import { SignedIn } from "./signed-in.jsx";

const tabs = operations.map((query) => ({ query, headers }));

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} defaultTabs={tabs} defaultHeaders={headers}>
    <GraphiQL.Logo>
      <SignedIn />
      Stockpulse
    </GraphiQL.Logo>
  </GraphiQL>,
);
