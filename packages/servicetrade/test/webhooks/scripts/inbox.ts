import { WebhookInbox, type WebhookInboxOptions } from '@latchkey/servicetrade'
import { message } from '../../support/inbox.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const forever = (): Promise<void> => new Promise(() => {})

const scenarios: Record<string, () => Promise<void>> = {
  async pausing() {
    const handle: WebhookInboxOptions['handle'] = (_message, { attempt }) => {
      say(`attempt ${attempt}`)
      if (attempt < 3) throw new Error('not yet')
    }
    const inbox = new WebhookInbox({ handle, firstPause: 20 })
    say(`${await inbox.receive(message('a'))}`)
  },
  async accepting() {
    const inbox = new WebhookInbox({ handle: forever, accept: forever, acceptTimeout: 20, onError: () => {} })
    say(`${await inbox.receive(message('a'))}`)
  },
  async closing() {
    const inbox = new WebhookInbox({ handle: forever })
    for (const id of ['a', 'b']) await inbox.receive(message(id))
    const unfinished = await inbox.close({ timeout: 20 })
    say(`unfinished: ${unfinished.map(({ messageId }) => messageId).join()}`)
  },
  async closed() {
    const handle = (): never => {
      throw new Error('never')
    }
    const inbox = new WebhookInbox({ handle, firstPause: 1_000_000, longestPause: 1_000_000 })
    await inbox.receive(message('a'))
    const unfinished = await inbox.close({ timeout: 20 })
    say(`unfinished: ${unfinished.map(({ messageId }) => messageId).join()}`)
  },
}

await scenarios[process.argv[2]!]!()
