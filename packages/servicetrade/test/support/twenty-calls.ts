import { createHash } from 'node:crypto'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import { expect } from 'vitest'

const bytes = Buffer.from('paperwork')
const checksum = createHash('md5').update(bytes).digest('hex')
const entity = { entityType: 3, entityId: 1 }

/** A client, whatever it is called there. */
export interface Calls {
  get(path: string): Promise<unknown>
  post(path: string, body: object): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  attach(params: typeof entity & { purposeId: number }, value: Uint8Array, filename: string): Promise<unknown>
}

/** Has twenty calls of all kinds arrive together, ends what they came with, and expects each to be done all the same. */
export async function expectTwentyToSurviveReset(api: Emulator, calls: Calls): Promise<void> {
  await calls.get('/job/1')
  const hold = api.hold('request', { limit: 20 })
  const underWay = Array.from({ length: 20 }, (_, index) => {
    switch (index % 4) {
      case 0:
        return calls.get(`/job/${index + 1}`)
      case 1:
        return calls.post('/comment', { ...entity, content: `comment ${index}` })
      case 2:
        return calls.put(`/job/${index + 1}`, { description: `description ${index}` })
      default:
        return calls.attach({ ...entity, purposeId: 7 }, bytes, `${index}.txt`)
    }
  })
  await hold.arrived(20)
  api.resetSessions()
  hold.release()
  for (const [index, result] of (await Promise.all(underWay)).entries()) {
    const expected = [
      { id: index + 1 },
      { content: `comment ${index}` },
      { id: index + 1, description: `description ${index}` },
      { fileName: `${index}.txt`, checksum },
    ]
    expect(result).toMatchObject(expected[index % 4]!)
  }
}
