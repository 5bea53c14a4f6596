export {
  type ChangePoint,
  type ChangePointConfig,
  ChangePointFinder,
  type ChangePoints,
  type FindOptions,
} from './change-point-finder.js'
