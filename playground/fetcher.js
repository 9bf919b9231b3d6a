// How the page talks to the server that it came from: queries by HTTP, subscriptions by graphql-transport-ws.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";

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
      }),
    );
  }
  return clients.get(name);
}

export function fetcher(request, options) {
  const send = createGraphiQLFetcher({
    url: url.href,
    wsClient: clientFor(options?.headers ?? {}),
    enableIncrementalDelivery: false, // the server has neither @defer nor @stream
  });
  return send(request, options);
}
