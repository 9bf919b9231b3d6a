// node run.mjs CLIENT URL: tell the story to a client. Ends with 0, or with what went wrong; a warning is wrong, too.
import { readFileSync } from 'node:fs'

import { tell } from './story.mjs'

const [name, url] = process.argv.slice(2)
for (const level of ['warn', 'error']) {
  console[level] = (...words) => {
    throw new Error(`${name} ${level}s: ${words.join(' ')}`)
  }
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)

// What docs/guides/caching.md tells people to configure.
const guide = readFileSync(new URL('../../docs/guides/caching.md', import.meta.url), 'utf8')
const valueTypes = JSON.parse(guide.match(/```json\n([^]*?)```/)[1])

const mergedTypes = JSON.parse(guide.match(/const mergedTypes = (\[[^]*?\])/)[1])

const { open } = await import(`./${name}.mjs`)
try {
  await tell(await open({ url, socketUrl: url.replace('http', 'ws'), valueTypes, mergedTypes }), { url, say: (it) => console.log(it) })
  process.exit(0)
} catch (error) {
  fail(error)
}

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`)
  process.exit(1)
}
