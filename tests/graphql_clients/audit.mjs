// node audit.mjs URL: what the GraphQL over HTTP audit of the GraphQL foundation finds fault with, a line each.
import { serverAudits } from 'graphql-http'

const [url] = process.argv.slice(2)
const audits = serverAudits({ url })
for (const audit of audits) {
  const { status, reason } = await audit.fn()
  if (status !== 'ok') console.log(`${status}: ${audit.name}: ${reason}`)
}
console.log(`${audits.length} audits`)
process.exit(0)
