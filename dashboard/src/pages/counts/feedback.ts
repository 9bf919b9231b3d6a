// What a scan sounds and feels like: one looks at the shelf, not at the page.
let sound: AudioContext | undefined

function beep(frequency: number, at: number, seconds: number): void {
  sound ??= new AudioContext()
  if (sound.state === 'suspended') void sound.resume()
  const tone = sound.createOscillator()
  const volume = sound.createGain()
  const start = sound.currentTime + at
  tone.frequency.value = frequency
  volume.gain.setValueAtTime(0.15, start)
  volume.gain.exponentialRampToValueAtTime(0.001, start + seconds)
  tone.connect(volume).connect(sound.destination)
  tone.start(start)
  tone.stop(start + seconds)
}

function play(tones: () => void, pattern: number[]): void {
  try {
    tones()
  } catch {
    // A browser without sound.
  }
  navigator.vibrate?.(pattern)
}

/** Counted. */
export const good = (): void => play(() => beep(1_320, 0, 0.09), [25])

/** Not counted: look at the page. */
export const bad = (): void =>
  play(() => {
    beep(220, 0, 0.18)
    beep(180, 0.2, 0.28)
  }, [90, 60, 90])
