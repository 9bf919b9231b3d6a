// The list of keyboard shortcuts.
import { shell } from '../text/shell'
import { Dialog } from '../ui/Dialog'
import { ROUTES } from './routes'
import styles from './Shortcuts.module.css'
import { isHelpOpen } from './shortcuts'

export function ShortcutsHelp() {
  if (!isHelpOpen.value) return null
  const fixed: [string, string][] = [
    ['/', shell.shortcut.search],
    ['Ctrl K', shell.shortcut.palette],
    ['?', shell.shortcut.help],
  ]
  const pages = ROUTES.filter(({ letter }) => letter).map(({ letter, name }): [string, string] => [
    `g ${letter}`,
    shell.goTo(shell.pages[name]),
  ])
  return (
    <Dialog title={shell.shortcuts} onClose={() => (isHelpOpen.value = false)}>
      <dl class={styles.list}>
        {[...fixed, ...pages].map(([keys, text]) => (
          <>
            <dt key={keys}>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  )
}
