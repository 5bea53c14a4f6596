/** The part of the WebAssembly interface in use, typed here because TypeScript declares it only with the browser's. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

export interface WebAssemblyApi {
  Memory: new (pages: { initial: number; maximum: number }) => WasmMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: unknown }
}

export const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
