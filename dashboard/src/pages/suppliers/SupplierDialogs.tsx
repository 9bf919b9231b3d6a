// Create, edit and archive suppliers, and set the terms of what they offer.
import { useState } from 'preact/hooks'
import { useAction } from '../../api/action'
import type { Problem } from '../../api/problem'
import { mutate } from '../../api/request'
import {
  type SupplierItemUpsertInput,
  SuppliersArchiveDocument,
  SuppliersOfferDocument,
  SuppliersOfferRemoveDocument,
  SuppliersUpsertDocument,
  type SupplierUpsertInput,
} from '../../gql/graphql'
import { common } from '../../text/common'
import { suppliers as text } from '../../text/suppliers'
import styles from '../../ui/Cards.module.css'
import { Check } from '../../ui/Check'
import { FormDialog } from '../../ui/Dialog'
import { MoneyField, NumberField, TextField } from '../../ui/Field'
import { ItemPicker, type PickedItem } from '../../ui/ItemPicker'
import { tell } from '../../ui/Toasts'
import type { Offer, Terms } from './SupplierPage'

interface DialogOf {
  onClose(): void
  onDone(): void
}

/** Return what a problem says of one field of the input. */
const wrongOf = (problem: Problem | undefined, name: string): string | undefined =>
  problem?.userErrors.find(({ field }) => field?.includes(name))?.message

const orNull = (typed: string): string | null => typed.trim() || null

export function SupplierDialog({ supplier, onClose, onDone }: DialogOf & { supplier?: Terms }) {
  const [code, setCode] = useState(supplier?.code ?? '')
  const [name, setName] = useState(supplier?.name ?? '')
  const [email, setEmail] = useState(supplier?.email ?? '')
  const [days, setDays] = useState<number | null>(supplier?.leadTimeDays ?? 0)
  const [minimum, setMinimum] = useState(supplier?.minimumOrderValue ?? '')
  const [cost, setCost] = useState(supplier?.orderingCost ?? '')
  const [autoSubmit, setAutoSubmit] = useState(supplier?.autoSubmit ?? false)
  const save = useAction((input: SupplierUpsertInput, key) =>
    mutate(SuppliersUpsertDocument, { input: { ...input, idempotencyKey: key } }),
  )
  const submit = async () => {
    const terms = {
      email: orNull(email),
      leadTimeDays: days ?? 0,
      minimumOrderValue: orNull(minimum),
      orderingCost: orNull(cost),
    }
    // Only who has no approval limit turns it on: left out where it stays as it is.
    const auto = autoSubmit === (supplier?.autoSubmit ?? false) ? {} : { autoSubmit }
    if (!(await save.run({ code: code.trim(), name: name.trim(), ...terms, ...auto }))) return
    tell(text.saved)
    onDone()
  }
  return (
    <FormDialog
      title={supplier ? text.editTitle : text.createTitle}
      action={common.save}
      onClose={onClose}
      onSubmit={submit}
      isBusy={save.isBusy}
      problem={save.problem}
    >
      <TextField
        label={text.code}
        value={code}
        onValue={setCode}
        required
        disabled={supplier !== undefined}
        maxLength={32}
        wrong={wrongOf(save.problem, 'code')}
      />
      <TextField
        label={text.name}
        value={name}
        onValue={setName}
        required
        maxLength={200}
        wrong={wrongOf(save.problem, 'name')}
      />
      <TextField
        type="email"
        label={text.email}
        value={email}
        onValue={setEmail}
        wrong={wrongOf(save.problem, 'email')}
      />
      <div class={styles.two}>
        <NumberField label={text.leadTimeDays} value={days} onValue={setDays} required min={0} max={365} />
        <MoneyField
          label={text.minimumValue}
          value={minimum}
          onValue={setMinimum}
          wrong={wrongOf(save.problem, 'minimumOrderValue')}
        />
        <MoneyField
          label={text.orderingCost}
          value={cost}
          onValue={setCost}
          wrong={wrongOf(save.problem, 'orderingCost')}
        />
      </div>
      <Check label={text.autoSubmit} hint={text.autoSubmitHint} value={autoSubmit} onValue={setAutoSubmit} />
    </FormDialog>
  )
}

export function ArchiveDialog({ supplier, onClose, onDone }: DialogOf & { supplier: Terms }) {
  const [windDown, setWindDown] = useState(false)
  const isArchived = !supplier.isArchived
  const archive = useAction((input: { isArchived: boolean; windDown: boolean }, key) =>
    mutate(SuppliersArchiveDocument, { input: { ...input, code: supplier.code, idempotencyKey: key } }),
  )
  const isOpen = archive.problem?.code === 'STILL_OPEN'
  const submit = async () => {
    if (!(await archive.run({ isArchived, windDown }))) return
    tell(isArchived ? text.archivedIt : text.restored)
    onDone()
  }
  return (
    <FormDialog
      title={`${isArchived ? text.archive : text.restore}: ${supplier.name}`}
      action={isArchived ? text.archive : text.restore}
      kind={isArchived ? 'danger' : 'primary'}
      onClose={onClose}
      onSubmit={submit}
      isBusy={archive.isBusy}
      problem={archive.problem}
    >
      {isArchived && <p>{text.archiveHint}</p>}
      {isArchived && (isOpen || windDown) && (
        <Check label={text.windDown} hint={text.windDownHint} value={windDown} onValue={setWindDown} />
      )}
    </FormDialog>
  )
}

export function OfferDialog({ supplier, offer, onClose, onDone }: DialogOf & { supplier: Terms; offer?: Offer }) {
  const [item, setItem] = useState<PickedItem | null>(offer?.item ?? null)
  const [cost, setCost] = useState(offer?.unitCost ?? '')
  const [packSize, setPackSize] = useState<number | null>(offer?.packSize ?? 1)
  const [minimum, setMinimum] = useState<number | null>(offer?.minimumQuantity ?? 1)
  const [days, setDays] = useState<number | null>(offer?.leadTimeDays ?? null)
  const [sku, setSku] = useState(offer?.supplierSku ?? '')
  const [isPreferred, setPreferred] = useState(offer?.isPreferred ?? false)
  const save = useAction((input: SupplierItemUpsertInput, key) =>
    mutate(SuppliersOfferDocument, { input: { ...input, idempotencyKey: key } }),
  )
  const submit = async () => {
    if (!item) return
    const terms = {
      unitCost: orNull(cost),
      packSize: packSize ?? 1,
      minimumQuantity: minimum ?? 1,
      leadTimeDays: days,
      supplierSku: orNull(sku),
      isPreferred,
    }
    if (!(await save.run({ supplier: supplier.code, sku: item.sku, ...terms }))) return
    tell(text.offerSaved)
    onDone()
  }
  return (
    <FormDialog
      title={offer ? text.editOffer(offer.item.name) : text.addOffer}
      action={common.save}
      onClose={onClose}
      onSubmit={submit}
      isBusy={save.isBusy}
      problem={save.problem}
    >
      {!offer && <ItemPicker value={item} onValue={setItem} required wrong={wrongOf(save.problem, 'sku')} />}
      <div class={styles.two}>
        <MoneyField label={text.unitCost} value={cost} onValue={setCost} wrong={wrongOf(save.problem, 'unitCost')} />
        <TextField
          label={text.supplierSku}
          value={sku}
          onValue={setSku}
          maxLength={64}
          wrong={wrongOf(save.problem, 'supplierSku')}
        />
        <NumberField
          label={text.packSize}
          hint={text.packHint}
          value={packSize}
          onValue={setPackSize}
          required
          min={1}
          wrong={wrongOf(save.problem, 'packSize')}
        />
        <NumberField
          label={text.minimumQuantity}
          value={minimum}
          onValue={setMinimum}
          required
          min={1}
          wrong={wrongOf(save.problem, 'minimumQuantity')}
        />
      </div>
      <NumberField label={text.ownLeadTime} value={days} onValue={setDays} min={0} max={365} />
      <Check label={text.isPreferred} value={isPreferred} onValue={setPreferred} />
    </FormDialog>
  )
}

export function RemoveOfferDialog({ supplier, offer, onClose, onDone }: DialogOf & { supplier: Terms; offer: Offer }) {
  const remove = useAction((sku: string, key) =>
    mutate(SuppliersOfferRemoveDocument, { input: { supplier: supplier.code, sku, idempotencyKey: key } }),
  )
  const submit = async () => {
    if (!(await remove.run(offer.item.sku))) return
    tell(text.offerRemoved)
    onDone()
  }
  return (
    <FormDialog
      title={`${text.removeOffer}: ${offer.item.name}`}
      action={text.removeOffer}
      kind="danger"
      onClose={onClose}
      onSubmit={submit}
      isBusy={remove.isBusy}
      problem={remove.problem}
    >
      <p>{text.removeHint}</p>
    </FormDialog>
  )
}
