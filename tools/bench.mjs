/** `npm run bench -- NAME`. */
import { startSource } from './start.mjs'

await startSource('benchmarks/src/main.ts')
