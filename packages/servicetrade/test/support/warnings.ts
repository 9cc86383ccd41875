import { settle } from './virtual-clock.ts'

/** Collects the process warnings from now on. */
export function collectWarnings() {
  const texts: string[] = []
  const collect = ({ message }: Error): void => void texts.push(message)
  process.on('warning', collect)
  return {
    async stop(): Promise<string[]> {
      await settle()
      process.off('warning', collect)
      return texts
    },
  }
}
