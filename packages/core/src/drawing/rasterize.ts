/** SVG to PNG, by resvg compiled to WebAssembly: the same pixels on every machine. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

let ready: Promise<void> | null = null

async function initialize(): Promise<void> {
  const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  try {
    await initWasm(await readFile(file))
  } catch (error) {
    // The application may use resvg as well; it can be started only once.
    if (!String(error).includes('Already initialized')) throw error
  }
}

/** @param scale pixels of the PNG for each pixel of the SVG. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  ready ??= initialize()
  await ready
  const resvg = new Resvg(svg, { fitTo: { mode: 'zoom', value: scale } })
  const image = resvg.render()
  try {
    return image.asPng()
  } finally {
    image.free()
    resvg.free()
  }
}
