/** A worker of the tests: (x − 3)², and what may go wrong. */
import { serveTrials } from '../../src/search/worker-pool.js'

serveTrials<{ offset: number }>(async ({ x, mood }, { report, signal, data }) => {
  if (mood === 'dies') process.exit(7)
  if (mood === 'fails') throw new Error('no mood')
  const score = ((x as number) - data.offset) ** 2
  for (let i = 0; i < 20 && !signal.aborted; i++) {
    report(score)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return score
})
