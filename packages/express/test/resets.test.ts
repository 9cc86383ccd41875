import { setTimeout as pause } from 'node:timers/promises'
import { latchkey, sessionErrors } from '@latchkey/express'
import { Pool } from 'undici'
import { expect, test } from 'vitest'
import { type ExpressModule, handled, majors, serve } from './support/apps.ts'
import { startClient } from './support/clients.ts'

const callers = 200
/** ms */
const pace = 500

/** All callers ask without a pause while the session is reset so often. */
async function meetResets(express: ExpressModule, resets: number) {
  await using world = await startClient({}, { loginBudget: { limit: 2 * resets, window: 60_000 } })
  await using app = await serve(express, (one) => {
    one.use(latchkey({ client: world.st, as: 'st' }))
    one.get(
      '/job/:id',
      handled(async (req, res) => res.json(await req.st.get(`/job/${String(req.params['id'])}`))),
    )
    one.use(sessionErrors())
  })
  const pool = new Pool(app.url, { connections: callers })
  const { api } = world
  const answers = Array.from({ length: callers }, () => 0)
  const wrong: string[] = []
  let isOver = false

  const callOn = async (caller: number): Promise<void> => {
    const id = 1 + (caller % 40)
    while (!isOver) {
      const { statusCode, body } = await pool.request({ method: 'GET', path: `/job/${id}` })
      const text = await body.text()
      if (statusCode !== 200 || (JSON.parse(text) as { id: unknown }).id !== id) wrong.push(`${statusCode} ${text}`)
      answers[caller]! += 1
    }
  }

  const resetOn = async (): Promise<void> => {
    await world.st.get('/job/1')
    for (let reset = 1; reset <= resets; reset++) {
      const before = [...answers]
      await pause(pace)
      // Each reset has to be met, and on a slow machine no request is to meet more of them than it is sent again for.
      const isBehind = (): boolean => api.counters.logins < reset || answers.some((count, one) => count <= before[one]!)
      while (isBehind() && wrong.length === 0) await pause(1)
      api.resetSessions()
    }
    while (api.counters.logins <= resets && wrong.length === 0) await pause(1)
    isOver = true
  }

  await Promise.all([resetOn(), ...answers.map((_, caller) => callOn(caller))])
  await pool.close()
  return { wrong, answered: answers.reduce((all, count) => all + count, 0), counters: { ...api.counters } }
}

test.each(majors.map(([major, express], index) => [major, express, index === 0 ? 20 : 3] as const))(
  `in %s, ${callers} callers notice nothing of a reset every ${pace} ms`,
  { timeout: 120_000 },
  async (_major, express, resets) => {
    const { wrong, answered, counters } = await meetResets(express, resets)
    expect(wrong).toEqual([])
    expect(counters).toMatchObject({ resets, logins: resets + 1, loginAttempts: resets + 1 })
    // All of them were at it all the time, and the resets hit requests that were under way.
    expect(answered).toBeGreaterThan(callers * resets)
    expect(counters.rejected).toBeGreaterThan(resets)
  },
)
