// Subscriptions over graphql-transport-ws, as observables: no promise that the page could leave unhandled.
import { createClient } from "graphql-ws";
import { goToSignIn, hasCredentials } from "./session.js";

const NOT_AUTHENTICATED = 4401; // the session is over: the client does not retry

// A socket is authenticated once, when it opens, so each set of headers has a socket of its own. It opens with the
// first subscription and closes after the last.
const clients = new Map();

function clientFor(url, headers) {
  const name = JSON.stringify(headers);
  if (!clients.has(name)) {
    const socketUrl = new URL(url);
    socketUrl.protocol = url.protocol === "https:" ? "wss:" : "ws:";
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

/** Return an observable of a subscription's results; what the server or the network ends it by is the last of them. */
export function subscription(url, request, headers) {
  return { subscribe: (observer) => ({ unsubscribe: follow(clientFor(url, headers), request, headers, observer) }) };
}

/** Pass on what comes; return what ends it, after which nothing is passed on: GraphiQL may show another by then. */
function follow(client, request, headers, observer) {
  let stopped = false;
  const end = client.subscribe(request, {
    next: (result) => stopped || observer.next(result),
    error: (problem) => {
      end(); // the client counts a subscription whose socket was closed for good as one that still needs a socket
      if (stopped) return;
      const errors = errorsOf(problem);
      observer.next({ errors });
      observer.complete();
      if (errors.some(isUnauthenticated) && !hasCredentials(headers)) goToSignIn();
    },
    complete: () => stopped || observer.complete(),
  });
  return () => {
    stopped = true;
    end();
  };
}

/** Return what ended a subscription as GraphQL errors: those of an `error` message, or the one of a closed socket. */
function errorsOf(problem) {
  if (Array.isArray(problem)) return problem;
  if (problem instanceof CloseEvent) {
    return [{ message: `The server closed the connection: ${problem.code} ${problem.reason}`.trim() }];
  }
  return [{ message: problem.message ?? String(problem) }];
}

function isUnauthenticated({ extensions }) {
  return extensions?.code === "UNAUTHENTICATED";
}
