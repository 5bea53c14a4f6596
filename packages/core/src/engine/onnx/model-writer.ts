/**
 * Writes a graph as an ONNX model (protobuf). Field numbers are those of onnx.proto, IR version 8, operator set 17:
 * what the oldest supported ONNX Runtime (1.16) reads.
 */
import { PbfWriter } from 'pbf'
import { sizeOf } from '../nd-array.js'
import { onnxType } from '../trace/algebra.js'
import {
  type Attribute,
  type Body,
  type ConstantData,
  type Node,
  nodeName,
  type Value,
  type ValueType,
} from '../trace/ir.js'

const irVersion = 8
const operatorSet = 17
/** Above this many numbers a uniform constant is written as an operator that makes it. */
const largestStoredUniform = 1024

/** Dimensions may be names (symbolic). */
export type WrittenShape = readonly (number | string)[]

export interface ModelSpec {
  nodes: Node[]
  inputs: Value[]
  outputs: Value[]
  name: string
  /** Overrides a value's shape in the declared inputs and outputs. */
  shapeOf?: (value: Value) => WrittenShape
}

const attributeKind = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 } as const

const arrayOf: Record<ValueType, (value: number, length: number) => ConstantData> = {
  float32: (value, length) => new Float32Array(length).fill(value),
  int32: (value, length) => new Int32Array(length).fill(value),
  bool: (value, length) => new Uint8Array(length).fill(value),
  int64: (value, length) => new BigInt64Array(length).fill(BigInt(value)),
  int8: (value, length) => new Int8Array(length).fill(value),
}

function bytesOf(data: ConstantData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

interface TensorSpec {
  name: string
  shape: readonly number[]
  dtype: ValueType
  data: ConstantData
}

function writeTensor({ name, shape, dtype, data }: TensorSpec, pbf: PbfWriter): void {
  for (const dimension of shape) pbf.writeVarintField(1, dimension)
  pbf.writeVarintField(2, onnxType[dtype])
  pbf.writeStringField(8, name)
  pbf.writeBytesField(9, bytesOf(data))
}

function writeDimension(dimension: number | string, pbf: PbfWriter): void {
  if (typeof dimension === 'number') pbf.writeVarintField(1, dimension)
  else pbf.writeStringField(2, dimension)
}

interface Declaration {
  name: string
  shape: WrittenShape
  dtype: ValueType
}

function writeDeclaration({ name, shape, dtype }: Declaration, pbf: PbfWriter): void {
  pbf.writeStringField(1, name)
  const writeShape = (_: unknown, p: PbfWriter) => {
    for (const dimension of shape) p.writeMessage(1, writeDimension, dimension)
  }
  const writeTensorType = (_: unknown, p: PbfWriter) => {
    p.writeVarintField(1, onnxType[dtype])
    p.writeMessage(2, writeShape, null)
  }
  pbf.writeMessage(2, (_: unknown, p: PbfWriter) => p.writeMessage(1, writeTensorType, null), null)
}

function writeAttribute([name, attribute]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name)
  if (typeof attribute === 'number') {
    pbf.writeVarintField(3, attribute)
    pbf.writeVarintField(20, attributeKind.int)
  } else if (typeof attribute === 'string') {
    pbf.writeBytesField(4, new TextEncoder().encode(attribute))
    pbf.writeVarintField(20, attributeKind.string)
  } else if (Array.isArray(attribute)) {
    for (const item of attribute) pbf.writeVarintField(8, item)
    pbf.writeVarintField(20, attributeKind.ints)
  } else {
    pbf.writeFloatField(2, attribute.float)
    pbf.writeVarintField(20, attributeKind.float)
  }
}

/** A list without entries cannot be told from one that is missing, and is refused. */
function isWritten([, attribute]: [string, Attribute]): boolean {
  return !Array.isArray(attribute) || attribute.length > 0
}

function writeTensorAttribute(tensor: TensorSpec, pbf: PbfWriter): void {
  pbf.writeStringField(1, 'value')
  pbf.writeMessage(5, writeTensor, tensor)
  pbf.writeVarintField(20, attributeKind.tensor)
}

class GraphWriter {
  constructor(private readonly spec: ModelSpec) {}

  write(pbf: PbfWriter): void {
    const constants = constantsOf(this.spec)
    for (const value of constants.filter(isMade)) this.writeMadeConstant(value, pbf)
    for (const node of this.spec.nodes) pbf.writeMessage(1, this.writeNode, node)
    pbf.writeStringField(2, this.spec.name)
    for (const value of constants) pbf.writeMessage(5, writeTensor, storedTensor(value))
    for (const value of this.spec.inputs) pbf.writeMessage(11, writeDeclaration, this.declare(value))
    for (const value of this.spec.outputs) pbf.writeMessage(12, writeDeclaration, this.declare(value))
  }

  private declare(value: Value): Declaration {
    return { name: value.label, shape: this.spec.shapeOf?.(value) ?? value.shape, dtype: value.dtype }
  }

  private readonly writeNode = (node: Node, pbf: PbfWriter): void => {
    for (const input of node.inputs) pbf.writeStringField(1, input.label)
    for (const output of node.outputs) pbf.writeStringField(2, output.label)
    pbf.writeStringField(3, nodeName(node))
    pbf.writeStringField(4, node.op)
    for (const entry of Object.entries(node.attributes).filter(isWritten))
      pbf.writeMessage(5, writeAttribute, entry)
    if (node.body) pbf.writeMessage(5, this.writeBodyAttribute, node.body)
    if (node.domain) pbf.writeStringField(7, node.domain)
  }

  private readonly writeBodyAttribute = (body: Body, pbf: PbfWriter): void => {
    pbf.writeStringField(1, 'body')
    pbf.writeMessage(6, this.writeBody, body)
    pbf.writeVarintField(20, attributeKind.graph)
  }

  private readonly writeBody = (body: Body, pbf: PbfWriter): void => {
    for (const node of body.nodes) pbf.writeMessage(1, this.writeNode, node)
    pbf.writeStringField(2, `body_${body.outputs[0]?.label}`)
    for (const value of body.inputs) pbf.writeMessage(11, writeDeclaration, this.declare(value))
    for (const value of body.outputs) pbf.writeMessage(12, writeDeclaration, this.declare(value))
  }

  private writeMadeConstant(value: Value, pbf: PbfWriter): void {
    const write = (_: unknown, p: PbfWriter) => {
      p.writeStringField(1, `${value.label}_shape`)
      p.writeStringField(2, value.label)
      p.writeStringField(4, 'ConstantOfShape')
      const fill = {
        name: '',
        shape: [1],
        dtype: value.dtype,
        data: arrayOf[value.dtype](value.uniform as number, 1),
      }
      p.writeMessage(5, writeTensorAttribute, fill)
    }
    pbf.writeMessage(1, write, null)
  }
}

const isMade = (value: Value) => value.uniform !== undefined && value.size > largestStoredUniform

/** What the model file stores for a constant: its numbers, or only its shape when an operator makes it. */
function storedTensor(value: Value): TensorSpec {
  const { label: name, shape, dtype, constant } = value
  if (isMade(value))
    return {
      name: `${name}_shape`,
      shape: [shape.length],
      dtype: 'int64',
      data: BigInt64Array.from(shape, BigInt),
    }
  const data =
    constant && 'data' in constant ? constant.data : arrayOf[dtype](constant?.uniform ?? 0, sizeOf(shape))
  return { name, shape, dtype, data }
}

function constantsOf({ nodes, outputs }: ModelSpec): Value[] {
  const found = new Set<Value>()
  const visit = (list: Node[], results: Value[]): void => {
    for (const value of results) if (value.constant) found.add(value)
    for (const node of list) {
      for (const value of node.inputs) if (value.constant) found.add(value)
      if (node.body) visit(node.body.nodes, node.body.outputs)
    }
  }
  visit(nodes, outputs)
  return [...found]
}

function usesDomain(nodes: Node[], domain: string): boolean {
  return nodes.some(
    (node) => node.domain === domain || (node.body !== null && usesDomain(node.body.nodes, domain)),
  )
}

/** The model as the bytes of an `.onnx` file. */
export function writeModel(spec: ModelSpec): Uint8Array {
  const pbf = new PbfWriter()
  const writeOperatorSet = ([domain, version]: [string, number], p: PbfWriter) => {
    if (domain) p.writeStringField(1, domain)
    p.writeVarintField(2, version)
  }
  pbf.writeVarintField(1, irVersion)
  pbf.writeStringField(2, 'attentive')
  pbf.writeMessage(7, (_: unknown, p: PbfWriter) => new GraphWriter(spec).write(p), null)
  pbf.writeMessage(8, writeOperatorSet, ['', operatorSet] as [string, number])
  if (usesDomain(spec.nodes, 'com.microsoft'))
    pbf.writeMessage(8, writeOperatorSet, ['com.microsoft', 1] as [string, number])
  return pbf.finish()
}
