// What the page offers on a first visit: one tab per operation, each runs as it is on the demo shop.

// Chosen anew for each visitor, so that no visitor gets another's stored result.
const key = `playground-${Date.now().toString(36)}`;

// Shown in the Headers pane of a new tab, as JSON text. Sent as HTTP headers, and as connection parameters by subscriptions.
export const headers = "";

export const operations = [
  `# What is where, right now.
query Levels {
  stockLevels(first: 5) {
    nodes {
      item { sku name }
      location { code }
      onHand
      available
      status
      version
    }
  }
}
`,
  `# Takes one unit off the shelf. Run it twice: the key
# makes a repeat safe, and "replayed" says that it was one.
# Change the key to take another unit.
mutation Adjust {
  stockAdjust(input: {
    sku: "TEA-001"
    location: "LONDON"
    delta: -1
    reason: CORRECTION
    idempotencyKey: "${key}"
  }) {
    level { onHand version }
    operation { id }
    replayed
    userErrors { code message field }
  }
}
`,
  `# Start this, then adjust stock in a second window.
subscription Live {
  stockLevels(filter: { locations: ["LONDON"] }) {
    kind
    level { item { sku } onHand available version }
    movement { delta reason }
  }
}
`,
];
