import { describe, expect, it } from 'vitest'
import { lineOf } from './csv'
import { emptyForm, type PolicyForm, settingsOf } from './policyForm'

describe('a line of a file', () => {
  it('quotes what needs it, and nothing else', () => {
    const cells = ['TEA-001', 'Tea, "green"', 'two\nlines', null, undefined, '']
    expect(lineOf(cells)).toBe('TEA-001,"Tea, ""green""","two\nlines",,,\r\n')
  })

  it('has numbers with a point and without groups', () => {
    expect(lineOf([1234567, -3, 0.5])).toBe('1234567,-3,0.5\r\n')
  })

  it('marks what a spreadsheet would compute', () => {
    expect(lineOf(['=1+1', '@x', '-x', 'a;=b', "'=c", 'a-b'])).toBe("'=1+1,'@x,'-x,a;'=b,''=c,a-b\r\n")
  })
})

describe('the form of a policy', () => {
  const form = (numbers: Partial<PolicyForm['numbers']>, method: PolicyForm['method'] = ''): PolicyForm => ({
    method,
    numbers: { ...emptyForm().numbers, ...numbers },
  })

  it('asks for what is set or inherited only', () => {
    const entered = form({ reorderPoint: { mode: 'set', value: '12' }, safetyStock: { mode: 'inherit' } }, 'MIN_MAX')
    expect(settingsOf(entered)).toEqual({ method: 'MIN_MAX', reorderPoint: 12, safetyStock: null })
    expect(settingsOf(form({}, 'INHERIT'))).toEqual({ method: null })
  })

  it('asks for nothing where nothing is changed or a number is none', () => {
    expect(settingsOf(emptyForm())).toBeUndefined()
    for (const value of ['', 'x', '-1', '1.5'])
      expect(settingsOf(form({ targetLevel: { mode: 'set', value } }))).toBeUndefined()
    expect(settingsOf(form({ serviceLevel: { mode: 'set', value: '0.95' } }))).toEqual({ serviceLevel: 0.95 })
  })
})
