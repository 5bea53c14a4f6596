/** What both loops of a scan are made of: the plan that the forward one leaves to the reverse one, and the ONNX node. */
import { currentBuilder } from './current-builder.js'
import type { Body, Node, Value } from './ir.js'
import type { ScanInputs, TracedBody } from './scan-body.js'

/** What the gradient of one scan needs to know of its forward loop. */
export interface ScanPlan {
  inputs: ScanInputs
  body: TracedBody
  length: number
  reverse: boolean
  /** Body values that the reverse loop reads, and the same stacked along time by the forward loop. */
  residuals: Map<Value, Value>
  /** Nodes whose values only the forward loop makes. */
  forward: ReadonlySet<Node>
}

export interface ScanNodeSpec {
  states: Value[]
  scanned: Value[]
  body: Body
  length: number
  reverse: boolean
}

/** Emits an ONNX Scan: final states, then outputs stacked along time. */
export function emitScan({ states, scanned, body, length, reverse }: ScanNodeSpec): Value[] {
  const direction = Number(reverse)
  const stacked = body.outputs.slice(states.length)
  return currentBuilder().emit({
    op: 'Scan',
    inputs: [...states, ...scanned],
    outputs: [
      ...states.map((state) => [state.shape, state.dtype] as const),
      ...stacked.map((output) => [[length, ...output.shape], output.dtype] as const),
    ],
    attributes: {
      num_scan_inputs: scanned.length,
      scan_input_directions: scanned.map(() => direction),
      scan_output_directions: stacked.map(() => direction),
    },
    body,
  })
}
