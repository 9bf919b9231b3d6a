// What a key or a person may do, and where: the same fields for both.

import type { Problem } from '../../api/problem'
import { useQuery } from '../../api/query'
import { type AccessScope, SettingsRolesDocument } from '../../gql/graphql'
import { settings } from '../../text/settings'
import { CheckField, MoneyField, SelectField } from '../../ui/Field'
import { ChosenCategories, ChosenLocations } from './ChosenField'
import { allOrSome, describedRole, wrongIn } from './parts'
import styles from './Settings.module.css'

export interface Access {
  roles: readonly string[]
  scopes: readonly AccessScope[]
  /** Null for all. */
  locations: readonly string[] | null
  /** None for all. */
  categories: readonly string[]
  limit: string
}

export interface Granted {
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
  categories: granted?.categories ?? [],
  limit: granted?.approvalLimit ?? '',
})

/** Return the access as the API takes it. */
export const accessInput = ({ roles, scopes, locations, categories, limit }: Access) => ({
  roles: [...roles],
  scopes: [...scopes],
  locations: locations && [...locations],
  categories: allOrSome(categories),
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
  const known = (roles.data?.roles.nodes ?? []).filter(({ isActive }) => isActive)
  const others = access.roles.filter((name) => roles.data && !known.some((role) => role.name === name))
  const offered = [...known, ...others.map((name) => ({ name, isBuiltIn: false, description: null }))] // to be taken away
  const lacking = wrongIn(problem, 'roles') ?? wrongIn(problem, 'scopes')
  return (
    <>
      <fieldset class={styles.boxes}>
        <legend>{settings.access.roles}</legend>
        {offered.map((role) => {
          const hint = describedRole(role)
          return (
            <CheckField
              key={role.name}
              label={role.name}
              {...(hint && { hint })}
              value={access.roles.includes(role.name)}
              onValue={(isOn) => onAccess({ ...access, roles: toggled(access.roles, role.name, isOn) })}
            />
          )
        })}
      </fieldset>
      {lacking && <p class={styles.wrong}>{lacking}</p>}
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
        <ChosenLocations
          label={settings.access.addLocation}
          values={locations}
          onValues={(chosen) => onAccess({ ...access, locations: chosen })}
        />
      )}
      <div class={styles.two}>
        <ChosenCategories
          label={settings.access.categories}
          hint={settings.access.allHint}
          values={access.categories}
          onValues={(categories) => onAccess({ ...access, categories })}
          wrong={wrongIn(problem, 'categories')}
        />
        <MoneyField
          label={settings.access.limit}
          hint={settings.access.limitHint}
          value={access.limit}
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
