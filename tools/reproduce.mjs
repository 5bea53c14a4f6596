/** `npm run reproduce -- NAME --data DIR`. */
import { startSource } from './start.mjs'

await startSource('benchmarks/src/reproduce.ts')
