// The command palette: pages by their names, items by search as one types.
import { useState } from 'preact/hooks'
import { useQuery } from '../api/query'
import { may } from '../api/session'
import { PaletteItemsDocument } from '../gql/graphql'
import { shell } from '../text/shell'
import { Icon, type IconName } from '../ui/icons'
import { useModal } from '../ui/useModal'
import { useSettled } from '../ui/useSettled'
import { go, to } from './location'
import styles from './Palette.module.css'
import { isOpen, ROUTES, segmentsOf } from './routes'
import { isPaletteOpen } from './shortcuts'

interface Choice {
  id: string
  icon: IconName
  text: string
  hint: string
  address: string
}

const LIST = 'palette-list'

function pagesFor(typed: string): Choice[] {
  const wanted = typed.trim().toLocaleLowerCase()
  return ROUTES.filter((route) => route.name !== 'items' && isOpen(route))
    .map(({ name, icon, letter }) => ({
      id: name,
      icon,
      text: shell.pages[name],
      hint: letter ? `g ${letter}` : '',
      address: to(...segmentsOf(name)),
    }))
    .filter(({ text }) => text.toLocaleLowerCase().includes(wanted))
}

export function Palette() {
  return isPaletteOpen.value ? <OpenPalette /> : null
}

function OpenPalette() {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const dialog = useModal()
  const search = useSettled(typed.trim())
  const found = useQuery(PaletteItemsDocument, search.length > 1 && may('CATALOG_READ') ? { search } : null)

  const items = search.length > 1 ? (found.data?.items.nodes ?? []) : []
  const choices: Choice[] = [
    ...pagesFor(typed),
    ...items.map(({ id, sku, name }) => ({
      id,
      icon: 'stock' as const,
      text: name,
      hint: sku,
      address: to('items', sku),
    })),
  ]
  const current = Math.min(at, choices.length - 1)
  const close = () => (isPaletteOpen.value = false)
  const choose = (choice: Choice | undefined) => {
    if (!choice) return
    close()
    go(choice.address)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt((current + step + choices.length) % Math.max(1, choices.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(choices[current])
    }
  }
  return (
    <dialog
      ref={dialog}
      class={styles.palette}
      aria-label={shell.palette}
      onCancel={(event) => (event.preventDefault(), close())}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <input
        class={styles.input}
        value={typed}
        placeholder={shell.palettePlaceholder}
        aria-label={shell.palette}
        role="combobox"
        aria-expanded="true"
        aria-controls={LIST}
        aria-activedescendant={choices[current] && `${LIST}-${choices[current].id}`}
        onKeyDown={press}
        onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))}
        autocomplete="off"
        spellcheck={false}
      />
      <ul class={styles.list} id={LIST} role="listbox" aria-label={shell.palette}>
        {choices.map((choice, index) => (
          <li
            key={choice.id}
            id={`${LIST}-${choice.id}`}
            role="option"
            aria-selected={index === current}
            class={styles.option}
            onClick={() => choose(choice)}
            onPointerMove={() => setAt(index)}
          >
            <Icon name={choice.icon} />
            <span class={styles.text}>{choice.text}</span>
            <span class="muted">{choice.hint}</span>
          </li>
        ))}
      </ul>
      {choices.length === 0 && !found.isLoading && <p class={styles.none}>{shell.nothingFound}</p>}
    </dialog>
  )
}
