/** A job as the API answers it, about 1 KB. */
const job = JSON.stringify({
  messages: { error: [], warning: [], info: [] },
  data: {
    id: 1,
    uri: 'https://api.servicetrade.com/api/job/1',
    name: 'Annual sprinkler inspection',
    customName: null,
    type: 'inspection',
    status: 'scheduled',
    displayStatus: 'Scheduled',
    number: 1042,
    refNumber: '1042',
    description: 'Check all heads, valves and gauges. '.repeat(8),
    scheduledDate: 1_764_057_600,
    estimatedPrice: 1250.5,
    vendor: { id: 3, uri: 'https://api.servicetrade.com/api/company/3', name: 'Vendor', status: 'active' },
    customer: { id: 4, uri: 'https://api.servicetrade.com/api/company/4', name: 'Customer', status: 'active' },
    location: {
      id: 5,
      uri: 'https://api.servicetrade.com/api/location/5',
      name: 'Main building',
      address: { street: '1 Main St', city: 'Durham', state: 'NC', postalCode: '27701' },
    },
    tags: [],
    created: 1_763_971_200,
    updated: 1_763_971_200,
  },
  meta: { stats: { resourceUsageMs: 12, resourceBalanceMs: 60_000 } },
})

export const jobAnswer = answer('200 OK', job)
export const refusal = answer('401 Unauthorized', JSON.stringify({ messages: { error: ['Unauthorized'] } }))
export const loggedOut = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')

export function loginAnswer(token: string): Buffer {
  const data = { authenticated: true, eulaNeeded: false, authToken: token, user: { id: 7, username: 'bench' } }
  return answer('200 OK', JSON.stringify({ data }), [`set-cookie: PHPSESSID=${token}; path=/; HttpOnly`])
}

/** As OAuth2 token endpoints answer. */
export function tokenAnswer(token: string): Buffer {
  return answer('200 OK', JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3_600 }))
}

function answer(status: string, body: string, headers: readonly string[] = []): Buffer {
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'server: bench',
    ...headers,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
