export {
  type ChangePoint,
  type ChangePointConfig,
  ChangePointFinder,
  type ChangePoints,
  type FindOptions,
} from './change-point-finder.js'
export type { DrawChangesOptions } from './draw.js'
export { type PeltChangePoints, type PeltOptions, peltChangePoints } from './pelt.js'
