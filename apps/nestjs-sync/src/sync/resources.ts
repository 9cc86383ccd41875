import type { Query } from '@latchkey/servicetrade'

export interface Resource {
  /** Of the table, and in this service's own paths. */
  readonly name: 'jobs' | 'appointments'
  readonly path: string
  /** Makes the list whole: left alone, neither shows all statuses. */
  readonly everything: Query
}

export type ResourceName = Resource['name']

export const resources: readonly Resource[] = [
  { name: 'jobs', path: '/job', everything: { status: '*' } },
  {
    name: 'appointments',
    path: '/appointment',
    everything: {
      status: ['scheduled', 'unscheduled', 'canceled_by_vendor', 'canceled_by_customer', 'completed', 'no_show'],
    },
  },
]

export const resourceNames: readonly ResourceName[] = resources.map(({ name }) => name)

/** How much is read at once, and put into the table in one transaction. The API's own limit is 2,000. */
export const pageSize = 500
