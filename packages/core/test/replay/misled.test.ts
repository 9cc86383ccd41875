import { Session } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, test } from 'vitest'
import { type ScriptedApi, startApi } from '../support/scripted-api.ts'
import { authenticatorFor } from '../support/token-authenticator.ts'
import { openSession, send } from './kit.ts'

/** While a request is at the server, another process logs in, and the server drops that session, too. */
async function misleadTwice(api: ScriptedApi, other: Session): Promise<void> {
  let arrivals = 0
  api.always('/job', async ({ receive, tokens }) => {
    await receive()
    arrivals += 1
    const isLive = api.live.has(tokens[0]!)
    if (arrivals <= 2) {
      await other.reject(await other.grant())
      await other.run(() => 'served')
      api.reset()
    }
    return { status: isLive ? 200 : 401 }
  })
}

describe.each(['undici request', 'session.run'])('%s', (way) => {
  test('that met two dead grants in a row asks about the third before it spends the last replay on it', async () => {
    await using api = await startApi()
    const store = new MemoryTokenStore()
    await using kit = openSession(api, { store })
    await using other = new Session({ authenticator: authenticatorFor(api), store })
    await kit.session.grant()
    await other.run(() => 'served')
    api.reset()
    await misleadTwice(api, other)

    const url = `${api.origin}/job`
    const status =
      way === 'session.run'
        ? (await kit.session.run(({ token }) => fetch(url, { headers: { authorization: `Bearer ${token}` } }))).status
        : (await send(url, { dispatcher: kit.dispatcher })).statusCode
    expect(status).toBe(200)
    expect(api.counts).toMatchObject({ probe: 1, login: 4 })
  })
})
