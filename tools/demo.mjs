/** `npm run demo`. */
import { start } from './start.mjs'

await start({ package: '@attentive/examples', file: 'apps/examples/dist/demo/demo.js' })
