// What a browser keeps of the page: the list of its files for the service worker, and the icons of the installed app.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'
import { iconOf, picture } from './icons'

const WORKER = 'sw.js'
const ICONS = [
  { name: 'icon-192.png', size: 192 },
  { name: 'icon-512.png', size: 512 },
  { name: 'icon-maskable-512.png', size: 512, isMaskable: true },
  { name: 'apple-touch-icon.png', size: 180, isMaskable: true },
]

/** Write the service worker's list of files, and the icons. */
export function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const icon = iconOf(readFileSync('public/icon.svg', 'utf8'))
      for (const { name, size, isMaskable = false } of ICONS)
        this.emitFile({ type: 'asset', fileName: name, source: picture(icon, { size, isMaskable }) })

      const worker = bundle[WORKER]
      if (worker?.type !== 'chunk') throw new Error(`There is no ${WORKER}`)
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith('assets/'))
        .sort()
      const version = createHash('sha256')
        .update([...files, worker.code].join('\n'))
        .digest('hex')
        .slice(0, 16)
      worker.code = `const BUILT_FILES=${JSON.stringify(files)},BUILT_VERSION="${version}";\n${worker.code}`
    },
  }
}
