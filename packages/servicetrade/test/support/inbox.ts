import { WebhookInbox, type WebhookInboxOptions, type WebhookMessage, type WebhookWork } from '@latchkey/servicetrade'
import { settle, VirtualClock } from './virtual-clock.ts'

/** As the vendor documents a message. */
export function message(messageId: string, fields: object = {}): object {
  const entity = { type: 'job', id: 34872, uri: 'https://api.example.com/api/job/34872' }
  const event = { action: 'updated', timestamp: 1401833052, userId: 1234, entity, changeset: [] }
  return { messageId, timestamp: '1401833057', data: [event], ...fields }
}

interface Work extends WebhookWork {
  readonly id: string
  readonly finish: () => void
  readonly fail: (error: unknown) => void
}

/** Work that takes until the test ends it. */
export class Works {
  readonly all: Work[] = []

  readonly handle = ({ messageId: id }: WebhookMessage, work: WebhookWork): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.all.push({ ...work, id, finish: resolve, fail: reject })
    return promise
  }

  get started(): string[] {
    return this.all.map(({ id, attempt }) => (attempt === 1 ? id : `${id}/${attempt}`))
  }

  /** Ends the newest work on each message. */
  async finish(...ids: string[]): Promise<void> {
    for (const id of ids) {
      this.#newest(id).finish()
      await settle()
    }
  }

  async fail(id: string, error: unknown = new Error('failed')): Promise<void> {
    this.#newest(id).fail(error)
    await settle()
  }

  #newest(id: string): Work {
    const work = this.all.findLast((one) => one.id === id)
    if (work === undefined) throw new Error(`nobody works on ${id}`)
    return work
  }
}

const Clocked = WebhookInbox as new (options: WebhookInboxOptions, clock: VirtualClock) => WebhookInbox

/** An inbox on virtual time whose work takes until the test ends it. */
export function openInbox(options: Partial<WebhookInboxOptions> = {}) {
  const clock = new VirtualClock()
  const works = new Works()
  const inbox = new Clocked({ handle: works.handle, ...options }, clock)
  return {
    inbox,
    clock,
    works,
    /** Delivers messages one after the other, and lets the work on them begin. */
    async deliver(...ids: string[]): Promise<number[]> {
      const statuses: number[] = []
      for (const id of ids) statuses.push(await inbox.receive(message(id)))
      await settle()
      return statuses
    },
  }
}

/** Whether it has come about, without waiting for it. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  await settle()
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}
