import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  // The worker is a program of its own, which the search starts from beside itself.
  entry: ['src/index.ts', { 'forecaster-worker': 'src/search/forecaster-worker.ts' }],
})
