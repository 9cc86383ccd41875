import { coldStartMeasure } from './cold-start/measure.ts'
import { importsMeasure } from './imports/measure.ts'
import { installMeasure } from './install/measure.ts'
import type { Measure } from './measure.ts'
import { recoveryMeasure } from './recovery/measure.ts'
import { scaleMeasure } from './scale/measure.ts'
import { throughputMeasure } from './throughput/measure.ts'

/** In the order of their names. */
export const measures: readonly Measure<unknown>[] = [
  throughputMeasure,
  recoveryMeasure,
  importsMeasure,
  coldStartMeasure,
  installMeasure,
  scaleMeasure,
]
