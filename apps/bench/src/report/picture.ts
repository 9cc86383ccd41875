import { throughputMeasure } from '../measures/throughput/measure.ts'
import type { ThroughputFound } from '../measures/throughput/found.ts'
import { mainConcurrency } from '../measures/throughput/plan.ts'
import { type SubjectName, subjects } from '../measures/throughput/subjects.ts'
import { digits, whole } from './numbers.ts'
import type { Report } from './report.ts'
import { escapeXml } from './xml.ts'

/** Who is in the picture, and how they are drawn. */
const shown: readonly (readonly [name: SubjectName, kind: 'bare' | 'ours' | 'other', remark?: string])[] = [
  ['request', 'bare', 'keeps no session'],
  ['get', 'ours'],
  ['sdk', 'ours', 'in the place of @servicetrade/sdk'],
  ['legacy', 'ours', 'in the place of servicetrade-nodejs'],
  ['axios', 'other'],
  ['google', 'other'],
]

const width = 800
const labels = { x: 222 }
const speeds = { x: 236, width: 316 }
const costs = { x: 636, width: 96 }
const firstRow = 96
const rowHeight = 38
const barHeight = 22

const style = `
    text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; fill: #1f2328; }
    .title { font-size: 15px; font-weight: 600; }
    .label { font-size: 13.5px; text-anchor: end; }
    .remark { font-size: 11.5px; text-anchor: end; fill: #59636e; }
    .figure { font-size: 13px; font-variant-numeric: tabular-nums; }
    .small { font-size: 12px; fill: #59636e; }
    .strong { font-weight: 600; }
    .bare { fill: #afb8c1; }
    .ours { fill: #1a7f64; }
    .other { fill: #c9873b; }
    .axis { stroke: #d1d9e0; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .small, .remark { fill: #9198a1; }
      .bare { fill: #59636e; }
      .ours { fill: #3fb68f; }
      .other { fill: #d99a4e; }
      .axis { stroke: #3d444d; }
    }
  `

/** Who sends how many requests per second, and what each costs. `undefined` if that was not measured. */
export function renderPicture(report: Report): string | undefined {
  const found = report.measures[throughputMeasure.name] as ThroughputFound | undefined
  const rows = shown.flatMap(([name, kind, remark]) => {
    const row = found?.rows.find(({ subject, concurrency }) => subject === name && concurrency === mainConcurrency)
    if (row === undefined) return []
    const label = subjects[name].label.replaceAll('`', '')
    return [{ label, kind, remark, speed: row.throughput.median, cost: row.cpu.median }]
  })
  if (rows.length === 0) return undefined

  const most = { speed: Math.max(...rows.map(({ speed }) => speed)), cost: Math.max(...rows.map(({ cost }) => cost)) }
  const bottom = firstRow + rows.length * rowHeight
  const height = bottom + 14
  const told = rows.map(({ label, speed, cost }) => `${label}: ${whole(speed)} per second, ${digits(cost, 0)} µs each`)
  const { cpu, cores, node } = report.machine
  const foot = `${cpu}, ${cores} cores · Node ${node.replace(/^v/, '')} · answers of 1 KB from the same machine`

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">Requests per second and CPU time per request</title>
  <desc id="desc">${escapeXml(told.join('; '))}</desc>
  <style>${style}</style>
  <text class="title" x="${speeds.x}" y="34">Requests per second</text>
  <text class="small" x="${speeds.x}" y="54">${mainConcurrency} at a time; more is better</text>
  <text class="title" x="${costs.x}" y="34">CPU per request</text>
  <text class="small" x="${costs.x}" y="54">of the client; less is better</text>
${rows
  .map(({ label, kind, remark, speed, cost }, index) => {
    const top = firstRow + index * rowHeight - barHeight
    const middle = top + barHeight / 2 + 5
    const strong = kind === 'ours' ? ' strong' : ''
    return [
      text('label', labels.x, remark === undefined ? middle : middle - 5, label),
      ...(remark === undefined ? [] : [text('remark', labels.x, middle + 9, remark)]),
      ...bar(speeds, kind, top, middle, speed / most.speed, whole(speed), strong),
      ...bar(costs, kind, top, middle, cost / most.cost, `${digits(cost, 0)} µs`, strong),
    ].join('\n')
  })
  .join('\n')}
  <line class="axis" x1="${speeds.x - 0.5}" y1="${firstRow - 30}" x2="${speeds.x - 0.5}" y2="${bottom - rowHeight + 8}"/>
  <line class="axis" x1="${costs.x - 0.5}" y1="${firstRow - 30}" x2="${costs.x - 0.5}" y2="${bottom - rowHeight + 8}"/>
  <text class="small" x="${speeds.x}" y="${height - 14}">${escapeXml(foot)}</text>
</svg>
`
}

function bar(
  place: { readonly x: number; readonly width: number },
  kind: string,
  top: number,
  middle: number,
  share: number,
  figure: string,
  strong: string,
): string[] {
  const length = Math.max(2, Math.round(share * place.width))
  return [
    `  <rect class="${kind}" x="${place.x}" y="${top}" width="${length}" height="${barHeight}" rx="2"/>`,
    text('figure', place.x + length + 8, middle, figure, strong),
  ]
}

function text(kind: string, x: number, y: number, content: string, more = ''): string {
  return `  <text class="${kind}${more}" x="${x}" y="${y}">${escapeXml(content)}</text>`
}
