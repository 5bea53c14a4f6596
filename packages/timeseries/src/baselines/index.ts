export { withoutHoles } from './history.js'
export { type BaselineName, type BaselineRow, baselineNames, baselines } from './registry.js'
