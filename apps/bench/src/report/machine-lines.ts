import type { Report } from './report.ts'

/** On what it ran, and when. */
export function machineLines({ size, startedAt, took, machine, versions }: Report): string[] {
  const { cpu, cores, memory, platform, release, node } = machine
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${cpu}, ${cores} cores, ${memory} GiB, ${platform} ${release}, Node ${node.replace(/^v/, '')}.`,
    `${packages.join(', ')}.`,
    `${startedAt.slice(0, 10)}, ${size === 'quick' ? 'quick, ' : ''}${Math.round(took)} seconds.`,
  ]
}
