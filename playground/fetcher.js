// How the page talks to the server that it came from: queries by HTTP, subscriptions by graphql-transport-ws.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { getOperationAST } from "graphql";
import { ON_PURPOSE, goToSignIn, hasCredentials } from "./session.js";
import { subscription } from "./subscription.js";

const url = new URL(location.pathname, location.origin);

/** Send a request with the session's cookie; leave for the sign-in page where there is no session any more. */
async function send(input, init) {
  const response = await fetch(input, { ...init, credentials: "same-origin" });
  if (response.status === 401 && !hasCredentials(init.headers)) goToSignIn();
  return response;
}

const execute = createGraphiQLFetcher({
  url: url.href,
  headers: ON_PURPOSE,
  fetch: send,
  enableIncrementalDelivery: false, // the server has neither @defer nor @stream
});

/** Return what GraphiQL shows of an operation: an observable of a subscription's results, a promise of any other's. */
export function fetcher(request, options) {
  const document = options?.documentAST;
  const operation = document && getOperationAST(document, request.operationName || undefined);
  const subscribes = operation?.operation === "subscription";
  return subscribes ? subscription(url, request, options.headers ?? {}) : execute(request, options);
}
