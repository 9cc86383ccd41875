import type { TokenStore, Version } from '@latchkey/core'

/** Adds one to the number stored there, so many times, and resolves to the versions that this made. */
export async function increment(store: TokenStore, key: string, times: number): Promise<Version[]> {
  const versions: Version[] = []
  while (versions.length < times) {
    const document = await store.get(key)
    const version = await store.set(key, String(Number(document?.state ?? 0) + 1), document?.version)
    if (version !== false) versions.push(version)
  }
  return versions
}
