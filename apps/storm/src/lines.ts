import type { Snapshot } from './snapshot.ts'
import { milliseconds } from './text.ts'

/** A line per second, once there is something to tell. */
export function printLines(stream: NodeJS.WritableStream, look: () => Snapshot): () => void {
  stream.write(`Starting ${look().rows.length} processes\n`)
  const timer = setInterval(() => {
    const snapshot = look()
    if (snapshot.elapsed > 0) stream.write(`${lineOf(snapshot)}\n`)
  }, 1_000)
  return () => clearInterval(timer)
}

function lineOf({ elapsed, faults, kills, liveSessions, logins, resets, rows, total }: Snapshot): string {
  const alive = rows.filter(({ state }) => state === 'serving' || state === 'logging in' || state === 'stopped').length
  return [
    `${(elapsed / 1_000).toFixed(0).padStart(3)} s`,
    `processes ${alive}/${rows.length}`,
    `served ${total.served}`,
    `failed ${total.failed}`,
    ...(resets === undefined ? [] : [`resets ${resets}`, `kills ${kills}`]),
    ...(faults.planned === 0 ? [] : [`faults ${faults.struck}/${faults.planned}`]),
    `logins ${logins}`,
    ...(liveSessions === undefined ? [] : [`live sessions ${liveSessions}`]),
    `slowest ${milliseconds(total.slowest)}`,
  ].join('  ')
}
