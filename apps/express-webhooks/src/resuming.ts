import type { WebhookInbox } from '@latchkey/servicetrade'
import type { Journal } from './journal.ts'

/** How long a message that was given up on is left alone, ms. */
const period = 300_000

/** Takes up what is not done: what an earlier run left, and what was given up on. */
export async function resume(journal: Journal, inbox: WebhookInbox): Promise<void> {
  for (const body of journal.unfinished()) {
    // Full, or closed. What finds no place waits for the next time.
    if ((await inbox.receive(body)) === 503) return
  }
}

/** Does so every five minutes, until the function returned is called. Keeps no process alive. */
export function keepResuming(journal: Journal, inbox: WebhookInbox, say: (line: string) => void): () => void {
  const timer = setInterval(async () => {
    try {
      await resume(journal, inbox)
    } catch (error) {
      say(`The journal cannot be read: ${String(error)}`)
    }
  }, period)
  timer.unref()
  return () => clearInterval(timer)
}
