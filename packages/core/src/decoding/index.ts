export type { StepModel, StepRequest, StepResult } from './step-model.js'
