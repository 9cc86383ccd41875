import type { Session } from '@latchkey/core'

interface Link {
  readonly '@odata.id': string
}

interface Chassis {
  readonly Name: string
  readonly PowerState?: string
  readonly Sensors?: Link
}

export interface Sensor {
  readonly Name: string
  /** `null` or left out while there is none. */
  readonly Reading?: number | null
  readonly ReadingUnits?: string
  readonly Status?: { readonly Health?: string }
}

export interface ChassisReport {
  readonly name: string
  readonly power: string
  readonly sensors: readonly Sensor[]
}

/** Reads all chassis of a controller, the sensors of each all at once. Changes nothing. */
export async function readChassis(session: Session, origin: string): Promise<ChassisReport[]> {
  const read = async <T>(path: string): Promise<T> => {
    const response = await session.fetch(new URL(path, origin), { headers: { accept: 'application/json' } })
    if (response.ok) return (await response.json()) as T
    await response.body?.cancel()
    throw new Error(`GET ${path} was answered ${response.status}`)
  }
  const readAll = async <T>(path: string): Promise<T[]> => {
    const { Members } = await read<{ Members: Link[] }>(path)
    return Promise.all(Members.map((member) => read<T>(member['@odata.id'])))
  }

  const reports: ChassisReport[] = []
  for (const { Name, PowerState = 'unknown', Sensors } of await readAll<Chassis>('/redfish/v1/Chassis')) {
    // Older controllers have no collection of sensors.
    const sensors = Sensors === undefined ? [] : await readAll<Sensor>(Sensors['@odata.id'])
    reports.push({ name: Name, power: PowerState, sensors })
  }
  return reports
}
