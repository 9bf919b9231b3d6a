import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test, vi } from 'vitest'
import { useAfterPulse } from './useAfterPulse'

test('reads again while levels change without a pause, and not more often than every two seconds', async () => {
  vi.useFakeTimers()
  const refetch = vi.fn()
  function Shown({ pulse }: { pulse: number }) {
    useAfterPulse({ data: undefined, problem: undefined, isLoading: false, refetch }, pulse)
    return null
  }
  for (let pulse = 0; pulse <= 100; pulse += 1) {
    await act(() => render(<Shown pulse={pulse} />, document.body))
    vi.advanceTimersByTime(100)
  }
  expect(refetch.mock.calls.length).toBeGreaterThanOrEqual(4)
  expect(refetch.mock.calls.length).toBeLessThanOrEqual(6)
})
