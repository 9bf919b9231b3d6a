// PNG pictures of the icon, for systems that take no SVG. It is a rounded square with a line on it, so that is drawn.
import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [number, number, number]
type Point = readonly [number, number]

interface Icon {
  side: number
  radius: number
  ground: Colour
  line: Colour
  width: number
  points: readonly Point[]
}

const SAFE = 0.72 // systems cut a maskable icon to a circle of 80 %
const MARGIN = 0.5 // of a pixel: where an edge fades

/** Return the icon that the SVG text describes: one `rect`, and one `path` of the commands M, h, v and l. */
export function iconOf(svg: string): Icon {
  const attribute = (element: string, name: string): string => {
    const found = new RegExp(`<${element}\\b[^>]*\\s${name}="([^"]+)"`).exec(svg)
    if (!found) throw new Error(`The icon has no ${name} of its ${element}`)
    return found[1]!
  }
  return {
    side: Number(attribute('rect', 'width')),
    radius: Number(attribute('rect', 'rx')),
    ground: colourOf(attribute('rect', 'fill')),
    line: colourOf(attribute('path', 'stroke')),
    width: Number(attribute('path', 'stroke-width')),
    points: pointsOf(attribute('path', 'd')),
  }
}

function colourOf(text: string): Colour {
  const digits = text.slice(1)
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Colour
}

function pointsOf(path: string): Point[] {
  const points: Point[] = []
  for (const [, command, rest = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = (rest.match(/-?[0-9]*\.?[0-9]+/g) ?? []).map(Number)
    const [x, y] = points.at(-1) ?? [0, 0]
    if (command === 'M') points.push([numbers[0]!, numbers[1]!])
    else if (command === 'h') points.push([x + numbers[0]!, y])
    else if (command === 'v') points.push([x, y + numbers[0]!])
    else if (command === 'l')
      for (let at = 0; at < numbers.length; at += 2) {
        const [fromX, fromY] = points.at(-1)!
        points.push([fromX + numbers[at]!, fromY + numbers[at + 1]!])
      }
    else throw new Error(`The icon's path has the command ${command}, which is not drawn`)
  }
  return points
}

function toSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

function toRoundedSquare([x, y]: Point, side: number, radius: number): number {
  const [dx, dy] = [x, y].map((value) => Math.abs(value - side / 2) - side / 2 + radius) as unknown as Point
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
}

/** Return the icon as a PNG. A maskable one fills its square, with the line where nothing is cut off. */
export function picture(icon: Icon, { size, isMaskable }: { size: number; isMaskable: boolean }): Buffer {
  const { side, radius, ground, line, width, points } = icon
  const pixel = side / size
  const covered = (distance: number): number => Math.max(0, Math.min(1, MARGIN - distance / pixel))
  const rows = Buffer.alloc(size * (1 + size * 4)) // each row begins with its filter, which is none
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      const at: Point = [(column + 0.5) * pixel, (row + 0.5) * pixel]
      const scale = isMaskable ? SAFE : 1
      const drawn: Point = [(at[0] - side / 2) / scale + side / 2, (at[1] - side / 2) / scale + side / 2]
      const nearest = Math.min(...points.slice(1).map((point, index) => toSegment(drawn, points[index]!, point)))
      const share = covered((nearest - width / 2) * scale)
      const offset = row * (1 + size * 4) + 1 + column * 4
      for (let part = 0; part < 3; part += 1)
        rows[offset + part] = Math.round(ground[part]! + (line[part]! - ground[part]!) * share)
      rows[offset + 3] = Math.round(255 * (isMaskable ? 1 : covered(toRoundedSquare(at, side, radius))))
    }
  return png(rows, size)
}

function png(rows: Buffer, size: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8) // 8 bits of red, green, blue and opacity
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(content.length, 0)
  named.copy(whole, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}
