import { it } from 'vitest'
import { SeriesClassifier, TimeSeries } from '../../src/index.js'
import { Rng } from '@attentive/core'
function bumps(count: number, seed: number) {
  const rng = new Rng(seed)
  return Array.from({ length: count }, (_, i) => {
    const T = 40 + rng.nextInt(20)
    const place = 5 + rng.nextInt(T - 10)
    const up = i % 2 === 0
    const values = Float64Array.from({ length: T }, (_, t) => 0.3 * rng.nextNormal() + (Math.abs(t - place) <= 2 ? (up ? 1.5 : -1.5) : 0))
    return { series: new TimeSeries({ values, name: `${i}` }), label: up ? 'up' : 'down', place }
  })
}
it('x', async () => {
  const train = bumps(128, 1), test = bumps(100, 2)
  for (const [name, extra] of [['lstm-attention', {}],['lstm-attention', {bidirectional:false}],['lstm-attention', {cell:'gru'}], ['self-attention', {}], ['hierarchical-attention', {segmentLength:8}]] as const) {
    const c = new SeriesClassifier({ model: { name, hiddenSize: 8, dropout:0, ...extra }, training: { epochs: 15, batchSize: 16, optimizer: { type: 'adam', learningRate: 1e-2 } } }, {threads: 1})
    let t = performance.now()
    await c.fit(train)
    console.log(name, JSON.stringify(extra), 'fit', performance.now() - t)
    t = performance.now()
    const s = await c.evaluate(test)
    const p = await c.predict(test.map(({ series }) => series))
    const mass = (r: number) => p.reduce((sum, { attention }, i) => sum + attention.reduce((m, a, t) => m + (Math.abs(t - test[i]!.place) <= r ? a : 0), 0), 0) / p.length
    console.log(name, 'evaluate', performance.now() - t, s.balancedAccuracy, mass(2), mass(4), mass(6))
  }
}, 200000)
