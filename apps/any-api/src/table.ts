import type { ChassisReport, Sensor } from './chassis.ts'

const units: Record<string, string> = { Cel: '°C' }

export function tableOf({ name, power, sensors }: ChassisReport): string {
  const width = Math.max(0, ...sensors.map((sensor) => sensor.Name.length))
  const row = (sensor: Sensor): string => {
    const { Name, Reading, ReadingUnits = '', Status } = sensor
    const reading = Reading == null ? '-' : String(Reading)
    return `  ${Name.padEnd(width)} ${reading.padStart(8)} ${(units[ReadingUnits] ?? ReadingUnits).padEnd(4)} ${Status?.Health ?? ''}`
  }
  return [`${name}, power ${power}`, ...sensors.map((sensor) => row(sensor).trimEnd()), ''].join('\n')
}
