import type { WriteStream } from 'node:tty'
import type { Snapshot } from './snapshot.ts'
import { paint } from './text.ts'
import { type Line, tableOf } from './table.ts'

const interval = 150
const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'
const clearToEndOfLine = '\u001B[K'
const clearBelow = '\u001B[J'
const up = (lines: number): string => (lines === 0 ? '\r' : `\r\u001B[${lines}A`)

/** A table that is drawn over and over in the same place. The last one stays. */
export function openView(stream: WriteStream, look: () => Snapshot): () => void {
  let drawn = 0
  const draw = (): void => {
    const lines = fit(tableOf(look()), stream.rows - 1)
    // A line that wraps would take two, and the next table would be drawn in the wrong place.
    const text = lines.map((line) => `${render(line, stream.columns - 1)}${clearToEndOfLine}\n`).join('')
    stream.write(`${up(drawn)}${text}${clearBelow}`)
    drawn = lines.length
  }
  const restore = (): void => void stream.write(showCursor)
  const timer = setInterval(draw, interval)
  process.once('exit', restore)
  stream.write(hideCursor)
  draw()
  return () => {
    clearInterval(timer)
    draw()
    restore()
    process.off('exit', restore)
  }
}

function render({ text, style }: Line, width: number): string {
  const visible = text.slice(0, Math.max(width, 1))
  return style === undefined ? visible : paint(visible, style)
}

/** Workers are what a low terminal shows fewer of. */
function fit(lines: readonly Line[], height: number): readonly Line[] {
  const over = lines.length - height
  if (over <= 0 || height < 1) return lines
  const workers = lines.filter(({ isWorker }) => isWorker)
  const hidden = new Set(workers.slice(-Math.min(over, workers.length)))
  return lines.filter((line) => !hidden.has(line)).slice(-height)
}
