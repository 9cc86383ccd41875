/** What the controller tells of the machine it is in: a chassis with twenty sensors. */
export interface Resource {
  readonly [field: string]: unknown
}

const chassis = '/redfish/v1/Chassis/1'

const sensors: [name: string, reading: number, unit: string][] = [
  ['Inlet', 21.5, 'Cel'],
  ['Exhaust', 38, 'Cel'],
  ['CPU 1', 54.2, 'Cel'],
  ['CPU 2', 61.8, 'Cel'],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((slot): [string, number, string] => [`DIMM ${slot}`, 40 + slot, 'Cel']),
  ...[1, 2, 3, 4].map((slot): [string, number, string] => [`Disk ${slot}`, 33 + slot, 'Cel']),
  ['Fan 1', 42, '%'],
  ['Fan 2', 44, '%'],
  ['Power supply 1', 187, 'W'],
  ['Power supply 2', 179, 'W'],
]

const collection = (members: readonly string[]): Resource => ({
  Members: members.map((path) => ({ '@odata.id': path })),
  'Members@odata.count': members.length,
})

const pathOf = (name: string): string => `${chassis}/Sensors/${name.replaceAll(' ', '')}`

export const tree: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['/redfish/v1/Chassis', collection([chassis])],
  [chassis, { Id: '1', Name: 'Rack server', PowerState: 'On', Sensors: { '@odata.id': `${chassis}/Sensors` } }],
  [`${chassis}/Sensors`, collection(sensors.map(([name]) => pathOf(name)))],
  ...sensors.map(([name, reading, unit]): [string, Resource] => [
    pathOf(name),
    { Name: name, Reading: reading, ReadingUnits: unit, Status: { State: 'Enabled', Health: 'OK' } },
  ]),
])
