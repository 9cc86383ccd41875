import { expect, test } from 'vitest'
import { quantile, ratiosOf, spreadOf } from '../src/statistics.ts'

test('a spread is the median and the quartiles, whatever the order', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, count: 5 })
  expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7, count: 1 })
})

test('a quantile lies between two values where it falls between them', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(quantile([10, 20], 0.99)).toBeCloseTo(19.9)
  expect(quantile([], 0.5)).toBeNaN()
})

test('sorting is by value, not by text', () => {
  expect(spreadOf([100, 9, 20]).median).toBe(20)
})

test('ratios are of values of the same round', () => {
  expect(ratiosOf([2, 9, 8], [1, 3, 4])).toEqual([2, 3, 2])
})
