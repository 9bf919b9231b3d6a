// The other side of query_levels_vs_mercurius: the same page of the same documents, as Mercurius' documentation
// writes it, with its JIT compiler on from the second request.
//
// Started as `node server.mjs MONGO_URL DATABASE PORT`.

import Fastify from "fastify";
import mercurius from "mercurius";
import { MongoClient } from "mongodb";

const [url, database, port] = process.argv.slice(2);

const schema = `
  enum Status { IN_STOCK LOW OUT }
  type Level { onHand: Int! reserved: Int! unavailable: Int! available: Int! status: Status! version: Int! }
  type Levels { nodes: [Level!]! }
  type Query { stockLevels(first: Int!, after: String): Levels! }
`;

const client = await new MongoClient(url, { readConcernLevel: "majority" }).connect();
const levels = client.db(database).collection("levels");
const options = {
  sort: { sku: 1, location: 1 },
  projection: { _id: 0, on_hand: 1, reserved: 1, unavailable: 1, status: 1, version: 1 },
};

const resolvers = {
  Query: {
    async stockLevels(_, { first, after }) {
      const where = after ? { sku: { $gt: JSON.parse(Buffer.from(after, "base64url"))[1] } } : {}; // at one location
      return { nodes: await levels.find(where, { ...options, limit: first }).toArray() };
    },
  },
  Level: {
    onHand: (level) => level.on_hand,
    available: (level) => level.on_hand - level.reserved - level.unavailable,
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, jit: 1, path: "/graphql" });
await app.listen({ host: "127.0.0.1", port: Number(port) });
