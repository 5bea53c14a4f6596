/**
 * The reverse loop of a scan. Gradients of the constants (shared weights) are sums over time; where the summand is a
 * matrix product or a sum of what the loop stacks anyway, the sum over time is one larger product after the loop
 * (`SumsOverTime`), else it is accumulated in the loop's state.
 */
import { withoutAbsent } from './absent-gradients.js'
import { add, matMul, uniform } from './algebra.js'
import { currentBuilder } from './current-builder.js'
import { reachable, usedBy, type Value } from './ir.js'
import { takeOutLateGradients } from './late-gradients.js'
import { hoistInvariants } from './loop-invariants.js'
import { regroupProducts } from './regroup-products.js'
import { emitScan, type ScanPlan } from './scan-loop.js'
import { SumsOverTime } from './sums-over-time.js'

const isValue = (value: Value | null | undefined): value is Value => value !== null && value !== undefined

/** @returns gradients for [carry, xs, consts]; null where there is none. */
export function reverseScan(plan: ScanPlan, arriving: Value[]): (Value | null)[] {
  const { body, inputs } = plan
  const carryCount = body.carry.length
  const xEnd = carryCount + body.x.length
  const late = takeOutLateGradients(body)
  const sums = new SumsOverTime(plan, arriving)
  const constGradients = body.gradients.slice(xEnd).map((gradient) => (gradient ? sums.plan(gradient) : null))

  const floatCarry = body.carry.flatMap((_, i) => (isValue(body.cotangents[i]) ? [i] : []))
  const lateIndices = new Set(late.map(({ index }) => index))
  const scannedX = body.x
    .map((_, j) => carryCount + j)
    .filter((i) => isValue(body.gradients[i]) && !lateIndices.has(i))
  const factors = late.map(({ factor }) => sums.stackOf(factor))
  const results = emitReverseLoop(plan, arriving, { floatCarry, scannedX, sums })

  const gradients: (Value | null)[] = [...inputs.carry, ...inputs.xs, ...inputs.consts].map(() => null)
  let next = 0
  for (const i of floatCarry) gradients[i] = results[next++] as Value
  sums.acceptAccumulated(results.slice(next, next + sums.accumulated.length))
  next += sums.accumulated.length
  for (const i of scannedX) gradients[i] = results[next++] as Value
  sums.acceptStacked(results.slice(next))
  late.forEach(({ index, weights }, k) => {
    gradients[index] = matMul(weights, (factors[k] as () => Value)()) // [T, D, B]
  })
  sums.acceptXGradients(gradients.slice(carryCount, xEnd))
  constGradients.forEach((sum, i) => {
    gradients[xEnd + i] = sum ? sum() : null
  })
  return gradients
}

interface LoopParts {
  floatCarry: number[]
  scannedX: number[]
  sums: SumsOverTime
}

function emitReverseLoop(
  plan: ScanPlan,
  arriving: Value[],
  { floatCarry, scannedX, sums }: LoopParts,
): Value[] {
  const { body, inputs, forward, length, residuals } = plan
  const builder = currentBuilder()
  const carryCount = body.carry.length
  const accumulators = sums.accumulated.map((gradient) =>
    builder.placeholder(gradient.shape, 'float32', body.graph),
  )
  const stateOutputs = [
    ...floatCarry.map((i) => body.gradients[i] ?? uniform(0, (body.carry[i] as Value).shape)),
    ...accumulators.map((accumulator, k) =>
      builder.within(body.graph, () => add(accumulator, sums.accumulated[k] as Value)),
    ),
  ]
  const wanted = [...stateOutputs, ...scannedX.map((i) => body.gradients[i] as Value), ...sums.stacked]
  const available = new Map([
    ...residuals,
    ...body.x.map((x, j): [Value, Value] => [x, inputs.xs[j] as Value]),
    ...body.cotangents
      .slice(carryCount)
      .flatMap((cotangent, k): [Value, Value][] =>
        cotangent ? [[cotangent, arriving[carryCount + k] as Value]] : [],
      ),
  ])
  const backward = reachable(body.graph.nodes, wanted).filter((node) => !forward.has(node))
  const present = withoutAbsent(backward, absentGradients(plan, arriving))
  const outputs = wanted.map(present.resolve)
  const { nodes, stacks } = hoistInvariants(
    regroupProducts(present.nodes, available.keys(), outputs),
    available,
    length,
  )
  const read = new Set([...nodes.flatMap(usedBy), ...outputs])
  const scanned = [...stacks].filter(([inside]) => read.has(inside))
  // ONNX counts the iterations of a Scan by what it walks along: there must be something.
  if (scanned.length === 0) scanned.push([body.x[0] as Value, inputs.xs[0] as Value])

  return emitScan({
    states: [
      ...floatCarry.map((i) => arriving[i] as Value),
      ...sums.accumulated.map((gradient) => uniform(0, gradient.shape)),
    ],
    scanned: scanned.map(([, outside]) => outside),
    body: {
      graph: body.graph,
      nodes,
      inputs: [
        ...floatCarry.map((i) => body.cotangents[i] as Value),
        ...accumulators,
        ...scanned.map(([inside]) => inside),
      ],
      outputs,
    },
    length,
    reverse: !plan.reverse,
  })
}

/** Placeholders of the gradients at the loop's outputs that are known to be zero at every step. */
function absentGradients({ body }: ScanPlan, arriving: readonly Value[]): Set<Value> {
  const outputs = body.cotangents.slice(body.carry.length)
  const atOutputs = arriving.slice(body.carry.length)
  return new Set(
    outputs.flatMap((cotangent, k) => (cotangent && atOutputs[k]?.uniform === 0 ? [cotangent] : [])),
  )
}
