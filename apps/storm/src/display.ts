import { printLines } from './lines.ts'
import type { StormOptions } from './options.ts'
import type { Snapshot } from './snapshot.ts'
import { openView } from './view.ts'

/** Shows the storm while it lasts. Returns what puts an end to that. */
export function show(output: StormOptions['output'], look: () => Snapshot): () => void {
  if (output === 'json') return () => {}
  const canRedraw = process.stdout.isTTY && process.env['TERM'] !== 'dumb'
  return output === 'live' && canRedraw ? openView(process.stdout, look) : printLines(process.stdout, look)
}
