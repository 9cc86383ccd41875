import type { SubjectName } from './subjects.ts'

export interface ThroughputPlan {
  readonly subjects: readonly SubjectName[]
  readonly concurrencies: readonly number[]
  /** How often all client processes are started anew. Each has luck of its own with its compiler and its memory. */
  readonly generations: number
  /** In each generation. */
  readonly rounds: number
  /** So many more of the pairs alone, at the main concurrency: what they differ by is less than what one round tells. */
  readonly pairRounds: number
  /** How long one subject is measured in one round at one concurrency, ms. */
  readonly slice: number
  /** How long it runs before, ms: to open connections that were closed meanwhile. */
  readonly lead: number
  /** So many slices of each subject are thrown away at first. */
  readonly warmUps: number
  readonly allocation: AllocationPlan
  /** Flags of the clients' Node, beside those of this process. */
  readonly flags?: readonly string[] | undefined
}

export interface AllocationPlan {
  readonly subjects: readonly SubjectName[]
  readonly rounds: number
  readonly requests: number
  readonly warmUps: number
}

const pooled = ['request', 'interceptor', 'parsed', 'get', 'fetch', 'session-fetch'] as const
const all = [...pooled, 'agent', 'sdk', 'legacy', 'axios', 'google'] as const

export const plans: Readonly<Record<'quick' | 'full', ThroughputPlan>> = {
  quick: {
    subjects: [...pooled, 'axios', 'google'],
    concurrencies: [50],
    generations: 1,
    rounds: 12,
    pairRounds: 18,
    slice: 60,
    lead: 5,
    warmUps: 13,
    allocation: { subjects: ['request', 'interceptor'], rounds: 5, requests: 2_000, warmUps: 13 },
  },
  full: {
    subjects: all,
    concurrencies: [1, 10, 50, 100],
    generations: 3,
    rounds: 15,
    pairRounds: 40,
    slice: 80,
    lead: 5,
    warmUps: 13,
    allocation: { subjects: all, rounds: 7, requests: 2_000, warmUps: 13 },
  },
}

/** At which most figures are told: a service that is busy. */
export const mainConcurrency = 50
