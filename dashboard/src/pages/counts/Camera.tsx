// The camera, while it looks for barcodes.
import { useEffect, useRef, useState } from 'preact/hooks'
import { counts } from '../../text/counts'
import { Icon } from '../../ui/icons'
import styles from './Camera.module.css'
import { sightings } from './sightings'

const EVERY = 120
const FORMATS = [
  'ean_13',
  'ean_8',
  'upc_a',
  'upc_e',
  'code_128',
  'code_39',
  'code_93',
  'itf',
  'codabar',
  'qr_code',
  'data_matrix',
]

interface Detector {
  detect(picture: HTMLVideoElement): Promise<readonly { rawValue: string }[]>
}

interface Detectors {
  new (options?: { formats: readonly string[] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

const detectors = (): Detectors | undefined => (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector

/** Whether this browser reads barcodes with the camera. */
export const canSee = (): boolean => detectors() !== undefined && navigator.mediaDevices?.getUserMedia !== undefined

async function makeDetector(): Promise<Detector> {
  const Detectors = detectors()!
  const known = await Detectors.getSupportedFormats()
  return new Detectors({ formats: FORMATS.filter((format) => known.includes(format)) })
}

export function Camera({ onScan }: { onScan(code: string): void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [isRefused, setRefused] = useState(false)
  const latest = useRef(onScan)
  latest.current = onScan
  useEffect(() => {
    let isOver = false
    let stream: MediaStream | undefined
    let lock: WakeLockSentinel | undefined
    let timer: ReturnType<typeof setTimeout>
    const look = sightings()

    async function start(): Promise<void> {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: 'environment', width: { ideal: 1280 } },
        audio: false,
      })
      if (isOver) return stop()
      const picture = video.current!
      picture.srcObject = stream
      await picture.play()
      lock = await navigator.wakeLock?.request('screen').catch(() => undefined)
      const detector = await makeDetector()
      const next = async () => {
        const found = document.hidden ? [] : await detector.detect(picture).catch(() => [])
        if (isOver) return
        for (const code of look(
          found.map(({ rawValue }) => rawValue),
          performance.now(),
        ))
          latest.current(code)
        timer = setTimeout(next, EVERY)
      }
      await next()
    }

    function stop(): void {
      for (const track of stream?.getTracks() ?? []) track.stop()
      void lock?.release()
    }

    start().catch(() => isOver || setRefused(true))
    return () => {
      isOver = true
      clearTimeout(timer)
      stop()
    }
  }, [])
  if (isRefused)
    return (
      <p class={styles.refused} role="alert">
        <Icon name="warning" /> {counts.cameraRefused}
      </p>
    )
  return (
    <div class={styles.frame}>
      <video ref={video} class={styles.picture} muted playsInline aria-label={counts.cameraView} />
      <span class={styles.aim} aria-hidden="true" />
    </div>
  )
}
