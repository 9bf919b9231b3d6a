// How the page talks to the server that it came from: queries by HTTP, subscriptions by graphql-transport-ws.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";
import { ON_PURPOSE, goToSignIn, hasCredentials } from "./session.js";

const NOT_AUTHENTICATED = 4401; // the session is over: the client does not retry

const url = new URL(location.pathname, location.origin);
const socketUrl = new URL(url);
socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";

// A socket is authenticated once, when it opens, so each set of headers has a socket of its own. It opens with the
// first subscription and closes after the last.
const clients = new Map();

function clientFor(headers) {
  const name = JSON.stringify(headers);
  if (!clients.has(name)) {
    clients.set(
      name,
      createClient({
        url: socketUrl.href,
        connectionParams: headers,
        retryAttempts: Infinity, // the default gives up within a minute
        shouldRetry: () => true,
        keepAlive: 12_000, // notices a network that went away without a word
        on: { closed: ({ code }) => code === NOT_AUTHENTICATED && !hasCredentials(headers) && goToSignIn() },
      }),
    );
  }
  return clients.get(name);
}

/** Send a request with the session's cookie; leave for the sign-in page where there is no session any more. */
async function send(input, init) {
  const response = await fetch(input, { ...init, credentials: "same-origin" });
  if (response.status === 401 && !hasCredentials(init.headers)) goToSignIn();
  return response;
}

export function fetcher(request, options) {
  const execute = createGraphiQLFetcher({
    url: url.href,
    headers: ON_PURPOSE,
    fetch: send,
    wsClient: clientFor(options?.headers ?? {}),
    enableIncrementalDelivery: false, // the server has neither @defer nor @stream
  });
  return execute(request, options);
}
