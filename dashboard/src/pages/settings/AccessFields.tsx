// What a key or a person may do, and where: the same fields for both.

import type { Problem } from '../../api/problem'
import { useQuery } from '../../api/query'
import { money } from '../../format/number'
import { type AccessScope, SettingsRolesDocument } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { Badge } from '../../ui/Badge'
import { IconButton } from '../../ui/Button'
import { LocationPicker } from '../../ui/CodePicker'
import { CheckField, SelectField, TextField } from '../../ui/Field'
import { listOf, wrongIn } from './parts'
import styles from './Settings.module.css'

export interface Access {
  roles: readonly string[]
  scopes: readonly AccessScope[]
  /** Null for all. */
  locations: readonly string[] | null
  categories: string
  limit: string
}

interface Granted {
  roles: readonly string[]
  scopes: readonly AccessScope[]
  locations?: readonly string[] | null | undefined
  categories?: readonly string[] | null | undefined
  approvalLimit?: string | null | undefined
}

const SCOPES = Object.entries(settings.scopes) as [AccessScope, string][]
const WHERE = [
  ['all', settings.access.everywhere],
  ['some', settings.access.only],
] as const

export const accessOf = (granted?: Granted): Access => ({
  roles: granted?.roles ?? [],
  scopes: granted?.scopes ?? [],
  locations: granted?.locations ?? null,
  categories: granted?.categories?.join(', ') ?? '',
  limit: granted?.approvalLimit ?? '',
})

/** Return the access as the API takes it. */
export const accessInput = ({ roles, scopes, locations, categories, limit }: Access) => ({
  roles: [...roles],
  scopes: [...scopes],
  locations: locations && [...locations],
  categories: listOf(categories),
  approvalLimit: limit.trim() || null,
})

const toggled = <Value,>(list: readonly Value[], value: Value, isOn: boolean): Value[] =>
  isOn ? [...list, value] : list.filter((each) => each !== value)

export function AccessFields({
  access,
  onAccess,
  problem,
}: {
  access: Access
  onAccess(access: Access): void
  problem: Problem | undefined
}) {
  const roles = useQuery(SettingsRolesDocument, {})
  const { locations } = access
  return (
    <>
      <fieldset class={styles.boxes}>
        <legend>{settings.access.roles}</legend>
        {(roles.data?.roles.nodes ?? [])
          .filter(({ isActive }) => isActive)
          .map(({ name, description }) => (
            <CheckField
              key={name}
              label={name}
              {...(description && { hint: description })}
              value={access.roles.includes(name)}
              onValue={(isOn) => onAccess({ ...access, roles: toggled(access.roles, name, isOn) })}
            />
          ))}
      </fieldset>
      <details open={access.scopes.length > 0}>
        <summary>{settings.access.moreScopes}</summary>
        <ScopeBoxes scopes={access.scopes} onScopes={(scopes) => onAccess({ ...access, scopes })} />
      </details>
      <SelectField
        label={settings.access.where}
        value={locations === null ? 'all' : 'some'}
        options={WHERE}
        wrong={wrongIn(problem, 'locations')}
        onValue={(where) => onAccess({ ...access, locations: where === 'all' ? null : [] })}
      />
      {locations !== null && (
        <>
          <LocationPicker
            label={settings.access.addLocation}
            value={null}
            onValue={(code) =>
              code && !locations.includes(code) && onAccess({ ...access, locations: [...locations, code] })
            }
          />
          {locations.length > 0 && (
            <ul class={styles.chosen}>
              {locations.map((code) => (
                <li key={code} class={styles.chip}>
                  {code}
                  <IconButton
                    icon="close"
                    label={`${settings.actions}: ${code}`}
                    onClick={() => onAccess({ ...access, locations: locations.filter((each) => each !== code) })}
                  />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <div class={styles.two}>
        <TextField
          label={settings.access.categories}
          hint={settings.access.categoriesHint}
          value={access.categories}
          wrong={wrongIn(problem, 'categories')}
          onValue={(categories) => onAccess({ ...access, categories })}
        />
        <TextField
          label={settings.access.limit}
          hint={settings.access.limitHint}
          value={access.limit}
          pattern="[0-9]+([.][0-9]{1,2})?"
          wrong={wrongIn(problem, 'approvalLimit')}
          onValue={(limit) => onAccess({ ...access, limit })}
        />
      </div>
    </>
  )
}

export function ScopeBoxes({
  scopes,
  onScopes,
}: {
  scopes: readonly AccessScope[]
  onScopes(scopes: AccessScope[]): void
}) {
  return (
    <fieldset class={styles.boxes}>
      <legend class="visually-hidden">{settings.access.scopes}</legend>
      {SCOPES.map(([scope, text]) => (
        <CheckField
          key={scope}
          label={text}
          value={scopes.includes(scope)}
          onValue={(isOn) => onScopes(toggled(scopes, scope, isOn))}
        />
      ))}
    </fieldset>
  )
}

/** What somebody may do, in a few words. */
export function AccessSummary({ roles, scopes, locations, categories, approvalLimit }: Granted) {
  const limits = [locations?.join(', '), categories?.join(', '), approvalLimit && `≤ ${money(approvalLimit)}`].filter(
    Boolean,
  )
  return (
    <>
      <span class={styles.badges}>
        {roles.map((role) => (
          <Badge key={role} tone={role === 'admin' ? 'warn' : 'plain'}>
            {role}
          </Badge>
        ))}
        {scopes.map((scope) => (
          <Badge key={scope}>{settings.scopes[scope]}</Badge>
        ))}
        {roles.length + scopes.length === 0 && '–'}
      </span>
      {limits.length > 0 && <span class={styles.sub}>{settings.access.restricted(limits.join(' · '))}</span>}
    </>
  )
}
