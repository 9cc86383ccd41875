import type { DatabaseSync } from 'node:sqlite'
import type { WebhookMessage } from '@latchkey/servicetrade'

/** The messages that were taken in, on disk: a crash between the answer and the work loses none. */
export class Journal {
  readonly #add
  readonly #isDone
  readonly #finish
  readonly #unfinished

  constructor(database: DatabaseSync) {
    // Nobody sends a message again after days.
    database.exec('DELETE FROM message WHERE done = 1 AND received < unixepoch() - 7 * 86400')
    this.#add = database.prepare('INSERT OR IGNORE INTO message (id, body, received) VALUES (?, ?, unixepoch())')
    this.#isDone = database.prepare('SELECT done FROM message WHERE id = ?')
    this.#finish = database.prepare(`UPDATE message SET done = 1, body = '' WHERE id = ?`)
    this.#unfinished = database.prepare('SELECT body FROM message WHERE done = 0 ORDER BY rowid')
  }

  /** Keeps a message. Returns whether there is still something to do for it. */
  add(message: WebhookMessage): boolean {
    this.#add.run(message.messageId, JSON.stringify(toBody(message)))
    return this.#isDone.get(message.messageId)?.['done'] === 0
  }

  finish({ messageId }: WebhookMessage): void {
    this.#finish.run(messageId)
  }

  /** What an earlier run did not get done, as it was received. */
  unfinished(): string[] {
    return this.#unfinished.all().map(({ body }) => String(body))
  }
}

/** As the server sends it, so that it can be read again like one of its own. */
function toBody({ messageId, timestamp, events }: WebhookMessage): object {
  const data = events.map(({ changes, ...event }) => ({ ...event, changeset: changes }))
  return { messageId, timestamp: String(timestamp), data }
}
