/**
 * TensorFlow's BlockLSTMV2 and its gradient as a TensorFlow.js kernel of the tfjs-node backend (`tensorflow`), which
 * has the operators but no name for them. Gate order of TensorFlow: i, g, f, o (there called i, c, f, o).
 *
 * A registered kernel and not `customGrad`: it has several outputs, and what the gradient needs is saved for it.
 */
import * as tf from '@tensorflow/tfjs-core'

const kernelName = 'AttentiveBlockLstm'

/** As much as is used here of the backend and of TensorFlow's C interface beneath it. */
interface TensorFlowBackend {
  binding: {
    TF_ATTR_TYPE: number
    TF_ATTR_FLOAT: number
    TF_ATTR_BOOL: number
    TF_FLOAT: number
    TF_INT64: number
    createTensor(shape: number[], dtype: number, values: Int32Array): number
    deleteTensor(id: number): void
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): object[]
  }
  getInputTensorIds(tensors: tf.TensorInfo[]): number[]
  createOutputTensor(metadata: object): tf.TensorInfo
}

export type BlockLstmInputs = {
  /** `[T, B, D]` */
  x: tf.Tensor
  /** `[B, H]`, the cell state before the first step. */
  c: tf.Tensor
  /** `[B, H]` */
  h: tf.Tensor
  /** `[D + H, 4H]`, input kernel over recurrent kernel, gates i, g, f, o. */
  w: tf.Tensor
  /** `[4H]` */
  b: tf.Tensor
}

/** What BlockLSTMV2 returns, `[T, B, H]` each. `c` is the cell state, `tanhC` its activation. */
const outputNames = ['i', 'c', 'f', 'o', 'g', 'tanhC', 'h'] as const
type BlockLstmOutputs = Record<(typeof outputNames)[number], tf.Tensor>

function attributes({ binding }: TensorFlowBackend) {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false },
  ]
}

/** Zero or less means that the cell state is not clipped. */
function noClipping({ binding }: TensorFlowBackend) {
  return { name: 'cell_clip', type: binding.TF_ATTR_FLOAT, value: 0 }
}

/** Runs an operator whose first input is the number of steps, a 64-bit integer, which tfjs-node has no tensors for. */
function execute(
  backend: TensorFlowBackend,
  name: string,
  attributeList: object[],
  steps: number,
  inputs: tf.TensorInfo[],
  outputs: number,
): tf.TensorInfo[] {
  const { binding } = backend
  const stepsId = binding.createTensor([], binding.TF_INT64, Int32Array.of(steps, 0))
  try {
    const ids = [stepsId, ...backend.getInputTensorIds(inputs)]
    return binding
      .executeOp(name, attributeList, ids, outputs)
      .map((output) => backend.createOutputTensor(output))
  } finally {
    binding.deleteTensor(stepsId)
  }
}

tf.registerKernel({
  kernelName,
  backendName: 'tensorflow',
  kernelFunc({ inputs, backend }) {
    const { x, c, h, w, b } = inputs as unknown as BlockLstmInputs
    const tensorflow = backend as unknown as TensorFlowBackend
    const peephole = tf.zeros([c.shape[1] as number])
    const operands = [x, c, h, w, peephole, peephole, peephole, b]
    const attributeList = [...attributes(tensorflow), noClipping(tensorflow)]
    const steps = x.shape[0] as number
    const outputs = execute(tensorflow, 'BlockLSTMV2', attributeList, steps, operands, outputNames.length)
    peephole.dispose()
    return outputs
  },
})

tf.registerGradient({
  kernelName,
  inputsToSave: ['x', 'c', 'h', 'w', 'b'],
  outputsToSave: outputNames.map(() => true),
  gradFunc(dy, saved) {
    const [x, c, h, w, b, ...outputs] = saved as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      ...tf.Tensor[],
    ]
    const dOutputs = dy as unknown as tf.Tensor[]
    const dC = dOutputs[outputNames.indexOf('c')] as tf.Tensor
    const dH = dOutputs[outputNames.indexOf('h')] as tf.Tensor
    const tensorflow = tf.backend() as unknown as TensorFlowBackend
    const peephole = tf.zeros([c.shape[1] as number])
    const operands = [x, c, h, w, peephole, peephole, peephole, b, ...outputs, dC, dH]
    const infos = execute(
      tensorflow,
      'BlockLSTMGradV2',
      attributes(tensorflow),
      x.shape[0] as number,
      operands,
      8,
    )
    const [dx, dC0, dH0, dw, , , , db] = infos.map((info) => tf.engine().makeTensorFromTensorInfo(info)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ]
    return { x: () => dx, c: () => dC0, h: () => dH0, w: () => dw, b: () => db }
  },
})

/** An LSTM layer over whole sequences by TensorFlow's own kernel; the current backend must be tfjs-node's. */
export function blockLstm(inputs: BlockLstmInputs): BlockLstmOutputs {
  const outputs = tf.engine().runKernel(kernelName, inputs) as tf.Tensor[]
  return Object.fromEntries(outputNames.map((name, k) => [name, outputs[k]])) as BlockLstmOutputs
}
