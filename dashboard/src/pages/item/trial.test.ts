import { describe, expect, it } from 'vitest'
import { settingsOf } from '../stock/policyForm'
import { changed, formOf, inputOf, isUpsideDown, rangeOf, trialOf } from './trial'
import type { Policy } from './why'

const policy = {
  method: 'NONE',
  reorderPoint: 12,
  safetyStock: 3,
  targetLevel: null,
  reviewDays: null,
} as unknown as Policy
const place = { sku: 'TEA-001', location: 'LEEDS' }

describe('a policy that is tried', () => {
  it('begins as the present one; one that orders nothing as min and max', () => {
    expect(trialOf(policy, 40)).toEqual({ method: 'MIN_MAX', numbers: { reorderPoint: 12, targetLevel: 40 } })
    expect(trialOf({ ...policy, method: 'PERIODIC', targetLevel: 9 }, 40)).toEqual({
      method: 'PERIODIC',
      numbers: { targetLevel: 9, reviewDays: 7 },
    })
  })

  it('asks for the numbers of its method only', () => {
    const trial = changed(trialOf(policy, 40), 'FIXED_QUANTITY', policy, 40)
    expect(inputOf(trial, place, 90)).toEqual({
      ...place,
      days: 90,
      method: 'FIXED_QUANTITY',
      reorderPoint: 12,
      orderQuantity: 10,
    })
    expect(settingsOf(formOf(trial))).toEqual({ method: 'FIXED_QUANTITY', reorderPoint: 12, orderQuantity: 10 })
  })

  it('has sliders of some hundred steps that reach beyond what there was', () => {
    expect(rangeOf('reorderPoint', policy, 0)).toEqual({ min: 0, max: 36, step: 1 })
    expect(rangeOf('targetLevel', policy, 12_345)).toEqual({ min: 0, max: 24_700, step: 100 })
    expect(rangeOf('orderQuantity', policy, 5).min).toBe(1)
  })

  it('may not fill up to less than where it begins', () => {
    expect(isUpsideDown({ method: 'MIN_MAX', numbers: { reorderPoint: 5, targetLevel: 4 } })).toBe(true)
    expect(isUpsideDown({ method: 'MIN_MAX', numbers: { reorderPoint: 5, targetLevel: 5 } })).toBe(false)
    expect(isUpsideDown({ method: 'PERIODIC', numbers: { reorderPoint: 5, targetLevel: 4 } })).toBe(false)
  })
})
