import { defaultUser, type Emulator } from '@latchkey/servicetrade-emulator'

/** How many sessions the storm's user may have, and how many a pruning leaves. */
export const caps = { softCap: 10, hardCap: 20 }

/**
 * Somebody else uses the same user, and logs in until the oldest sessions go, the fleet's among them. Their
 * own are ended afterwards. Resolves to how many logins that were.
 */
export async function crowdOut({ url, counters }: Emulator): Promise<number> {
  const tokens: string[] = []
  const before = counters.pruned
  while (counters.pruned === before && tokens.length <= caps.hardCap) tokens.push(await logIn(url))
  await Promise.all(tokens.map((token) => logOut(url, token)))
  return tokens.length
}

async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth`, { method: 'POST', body: new URLSearchParams({ ...defaultUser }) })
  const { data } = (await response.json()) as { data: { authToken: string } }
  return data.authToken
}

async function logOut(url: string, token: string): Promise<void> {
  await fetch(`${url}/api/auth`, { method: 'DELETE', headers: { cookie: `PHPSESSID=${token}` } })
}
