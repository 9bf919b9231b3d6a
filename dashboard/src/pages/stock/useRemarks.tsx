// The fields that every action has: a reference and a note.
import { useState } from 'preact/hooks'
import { ui } from '../../text/ui'
import { TextField } from '../../ui/Field'
import type { Remarks } from './tasks'

const given = (name: keyof Remarks, text: string): Remarks => (text.trim() ? { [name]: text.trim() } : {})

export function useRemarks() {
  const [note, setNote] = useState('')
  const [reference, setReference] = useState('')
  const fields = (
    <>
      <TextField label={ui.reference} value={reference} onValue={setReference} maxLength={255} />
      <TextField label={ui.note} value={note} onValue={setNote} maxLength={2_000} />
    </>
  )
  return { remarks: { ...given('note', note), ...given('reference', reference) }, fields }
}
