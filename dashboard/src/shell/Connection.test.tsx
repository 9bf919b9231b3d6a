import { render } from 'preact'
import { act } from 'preact/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'
import { unsaved } from '../api/build'
import { noteConnected, noteCut } from '../api/connection'
import { session } from '../api/session'
import { ConnectionBadge, ConnectionNotice } from './Connection'

const show = () =>
  act(() =>
    render(
      <>
        <ConnectionBadge />
        <ConnectionNotice />
      </>,
      document.body,
    ),
  )
const said = () => document.body.textContent

beforeEach(() => render(null, document.body))

test('a session that is over under an open dialog is not called a cut, and the notice leads to the sign-in', async () => {
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  unsaved.value += 1
  noteConnected()
  noteCut()
  await show()
  expect(said()).toMatch(/Cut off since \d+:\d\d:\d\d/)
  await act(() => void (session.value = 'over'))
  expect(said()).toContain('Session over')
  expect(said()).toContain('Your session is over.')
  expect(said()).not.toMatch(/cut off|not live/i)
  expect(document.querySelector('a')?.href).toContain('sign-in?next=')
  await act(() => void (session.value = 'renewed')) // in another tab
  expect(said()).toContain('Signed in again')
  expect(said()).not.toMatch(/session is over|cut off|not live/i)
  expect(document.querySelector('a')).toBeNull()
  expect(reload).not.toHaveBeenCalled()
})
