// Who is signed in, and what concerns the page as a whole: colours, language, the developers' page, signing out.
import { useEffect, useRef, useState } from 'preact/hooks'
import { addressOf } from '../api/address'
import { signOut, viewer } from '../api/session'
import { choose, LANGUAGES, type Language, language } from '../text/languages'
import { shell } from '../text/shell'
import { Button, IconButton } from '../ui/Button'
import { SelectField } from '../ui/Field'
import { tell } from '../ui/Toasts'
import { to } from './location'
import styles from './Menu.module.css'
import { isHelpOpen } from './shortcuts'
import { type Theme, theme } from './theme'

const THEMES = Object.entries(shell.themes) as [Theme, string][]
const CHOICES = Object.entries(LANGUAGES) as [Language, string][]

export function UserMenu() {
  const [isOpen, setOpen] = useState(false)
  const wrap = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const leave = (event: Event) => wrap.current?.contains(event.target as Node) || setOpen(false)
    const leaveByKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      wrap.current?.querySelector('button')?.focus()
    }
    addEventListener('pointerdown', leave)
    addEventListener('focusin', leave)
    addEventListener('keydown', leaveByKey)
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('focusin', leave)
      removeEventListener('keydown', leaveByKey)
    }
  }, [isOpen])
  const who = viewer.value
  const isSignedIn = who !== null && who.kind !== 'TRUSTED'
  return (
    <div class={styles.wrap} ref={wrap}>
      <IconButton icon="user" label={shell.account} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} />
      {isOpen && (
        <div class={styles.menu}>
          {isSignedIn && <p class={styles.who}>{shell.signedInAs(who.name)}</p>}
          <SelectField
            label={shell.theme}
            value={theme.value}
            options={THEMES}
            onValue={(value) => (theme.value = value)}
          />
          <SelectField label={shell.language} value={language} options={CHOICES} onValue={choose} />
          <div class={styles.links}>
            {isSignedIn && (
              <a href={addressOf('account').href} data-leaves>
                {shell.account}
              </a>
            )}
            <a href={to('wall')} onClick={() => setOpen(false)}>
              {shell.pages.wall}
            </a>
            <a href={addressOf('graphql').href} data-leaves>
              {shell.developers}
            </a>
          </div>
          <Button onClick={() => (setOpen(false), (isHelpOpen.value = true))}>{shell.shortcuts}</Button>
          {isSignedIn && (
            <Button onClick={() => signOut().catch(() => tell(shell.signOutFailed, 'bad'))}>{shell.signOut}</Button>
          )}
        </div>
      )}
    </div>
  )
}
