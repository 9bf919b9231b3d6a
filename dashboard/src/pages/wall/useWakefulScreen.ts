// Keeps the screen from being switched off while a component is shown, where the browser can.
import { useEffect } from 'preact/hooks'

export function useWakefulScreen(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let isGone = false
    const ask = () => {
      if (document.hidden || isGone) return
      navigator.wakeLock?.request('screen').then(
        (granted) => (isGone ? void granted.release() : (lock = granted)),
        () => undefined, // on battery the system may refuse
      )
    }
    ask()
    document.addEventListener('visibilitychange', ask) // it ends when the page is hidden
    return () => {
      isGone = true
      document.removeEventListener('visibilitychange', ask)
      void lock?.release()
    }
  }, [])
}
