// One operation over HTTP, known by the hash of its document.
import { noteServerTime } from '../format/clock'
import type { TypedDocumentString } from '../gql/graphql'
import { addressOf } from './address'
import { noteUnknownDocument } from './build'
import { Problem, problemOf, refusalOf, type UserError, unreachable } from './problem'
import { putInWords } from './refusal'
import { goToSignIn, headersOfViewer } from './session'

const SECONDS_TO_ANSWER = 30

/** What the server is asked to run: the hash in what was built, the text while developing. */
export function documentOf(document: TypedDocumentString<unknown, never>): { documentId: string } | { query: string } {
  const text = document instanceof String ? String(document) : ''
  return text ? { query: text } : { documentId: String(document.__meta__?.hash) }
}

/** Run a query or mutation and return its data. Raises Problem. */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const timeout = AbortSignal.timeout(SECONDS_TO_ANSWER * 1000)
  const askedAt = Date.now()
  let response: Response
  let body: { data?: Data | null; errors?: Parameters<typeof problemOf>[0] }
  try {
    response = await fetch(addressOf('graphql'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headersOfViewer() },
      body: JSON.stringify({ ...documentOf(document), variables }),
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    noteServerTime(response.headers.get('date'), askedAt)
    body = await response.json()
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable()
  }
  if (response.status === 401) goToSignIn()
  if (body.errors?.length) {
    const problem = problemOf(body.errors)
    noteUnknownDocument(problem)
    throw problem
  }
  if (!body.data) throw response.status >= 500 ? unreachable() : new Problem('', `HTTP_${response.status}`, false)
  await putInWords(body.data)
  return body.data
}

/** Run a mutation and return its data; raise what the server refuses, like any other problem. Raises Problem. */
export async function mutate<Data extends object, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const data = await request(document, variables)
  for (const payload of Object.values(data) as ({ userErrors?: readonly UserError[] } | null)[])
    if (payload?.userErrors?.length) throw refusalOf(payload.userErrors)
  return data
}
