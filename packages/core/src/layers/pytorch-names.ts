/** Parameter names here and in PyTorch differ in spelling only: `weightIhL0Reverse`, `weight_ih_l0_reverse`. */

/** `encoder.weightIhL0` → `encoder.weight_ih_l0`. */
export function toPyTorchName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `encoder.weight_ih_l0` → `encoder.weightIhL0`. */
export function fromPyTorchName(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
