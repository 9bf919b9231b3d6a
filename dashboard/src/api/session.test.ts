import { beforeEach, expect, test, vi } from 'vitest'

const ADA = { kind: 'PERSON', actor: 'person:ada', name: 'Ada, Größe', scopes: [], currency: 'EUR' }
const sent: Record<string, string>[] = []
const events: string[] = []
let answer: { status: number; viewer?: object }

beforeEach(() => {
  vi.resetModules()
  localStorage.clear()
  sent.length = 0
  events.length = 0
  answer = { status: 200, viewer: ADA }
  vi.stubGlobal('fetch', async (_: URL, { headers }: { headers: Record<string, string> }) => {
    sent.push(headers)
    const { status, viewer } = answer
    const body = viewer ? { data: { viewer } } : { errors: [{ message: '', extensions: { code: 'UNAUTHENTICATED' } }] }
    return Response.json(body, { status })
  })
})

async function given() {
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => void events.push('left'))
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  assign.mockClear()
  reload.mockClear()
  const session = await import('./session')
  session.onForgetting(async () => void events.push('forgotten'))
  const { unsaved } = await import('./build')
  await session.loadViewer()
  return { ...session, unsaved, assign, reload }
}

const end = () => (answer = { status: 401 })

test('each request says whom the page shows, once that is known', async () => {
  const { loadViewer } = await given()
  answer = { status: 200, viewer: { ...ADA, actor: 'person:bö' } }
  await loadViewer()
  await loadViewer()
  expect(sent.map((headers) => headers['stockpulse-viewer'])).toEqual([undefined, 'person%3Aada', 'person%3Ab%C3%B6'])
})

test('what is being entered stays until it is closed, though the session is over', async () => {
  const { loadViewer, session, unsaved, assign, reload } = await given()
  unsaved.value += 1
  end()
  await loadViewer().catch(() => undefined)
  expect(session.value).toBe('over')
  expect(assign).not.toHaveBeenCalled()
  answer = { status: 200, viewer: ADA } // signed in again in another tab
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => expect(session.value).toBe('renewed'))
  expect(reload).not.toHaveBeenCalled()
  unsaved.value -= 1
  expect(reload).toHaveBeenCalledOnce()
  expect(assign).not.toHaveBeenCalled()
})

test('a session that ends leads to the sign-in page, and keeps nobody on the device', async () => {
  const { loadViewer, assign } = await given()
  expect(localStorage.length).toBe(1)
  end()
  await loadViewer().catch(() => undefined)
  await vi.waitFor(() => expect(String(assign.mock.calls[0])).toContain('sign-in?next='))
  expect(localStorage.length).toBe(0)
  expect(events).toEqual(['forgotten', 'left'])
})

test('who signs out does not tell the next one where they were', async () => {
  const { goToSignIn, signOut, assign } = await given()
  answer = { status: 200 }
  const leaving = signOut()
  goToSignIn() // as the connection ends
  await leaving
  expect(String(assign.mock.calls)).not.toContain('next')
  expect(events).toEqual(['forgotten', 'left'])
})

test('what one person has seen is forgotten when another signs in', async () => {
  const { loadViewer } = await given()
  await loadViewer()
  expect(events).toEqual([])
  answer = { status: 200, viewer: { ...ADA, actor: 'person:bob' } }
  await loadViewer()
  expect(events).toEqual(['forgotten'])
})
