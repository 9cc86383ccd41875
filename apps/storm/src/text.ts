import { styleText } from 'node:util'

/** Colours text where stdout is a terminal that wants colours: NO_COLOR and its like are heeded. */
export function paint(text: string, style: 'bold' | 'dim' | 'green' | 'red' | 'yellow'): string {
  return styleText(style, text, { stream: process.stdout })
}

/** As in `1 kill` and `2 kills`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

export function milliseconds(time: number): string {
  return time < 1_000 ? `${Math.round(time)} ms` : `${(time / 1_000).toFixed(1)} s`
}
