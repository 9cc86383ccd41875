import { answerQuestions } from '../../../src/measures/scale/child.ts'

/** A process that tells its id, or ends without a word. */
answerQuestions(async (question: 'who' | 'end'): Promise<number> => {
  if (question === 'end') process.exit(1)
  return process.pid
})
