// Inner loops of optimisers, and of sums over the parts of a batch, as WebAssembly SIMD, written in AssemblyScript.
// `tools/build-kernels.ts` compiles this file into src/engine/native/kernels.wasm.ts.
//
// Every array is float32, starts at a multiple of 64 bytes and has a multiple of 16 elements (flat-memory.ts pads with
// zeros, on which every update is a no-op), so no loop needs a tail. The cost is memory traffic: each update is one
// pass, with the clipping factor applied on the way.

// Σ x², accumulated in float64: exact enough for any size, and finite unless an element is not.
export function sumOfSquares(x: usize, n: i32): f64 {
  let a = f64x2.splat(0)
  let b = f64x2.splat(0)
  let c = f64x2.splat(0)
  let d = f64x2.splat(0)
  const end = x + ((<usize>n) << 2)
  while (x < end) {
    const p = v128.load(x)
    const q = v128.load(x, 16)
    const pLow = f64x2.promote_low_f32x4(p)
    const pHigh = f64x2.promote_low_f32x4(
      i8x16.shuffle(p, p, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    )
    const qLow = f64x2.promote_low_f32x4(q)
    const qHigh = f64x2.promote_low_f32x4(
      i8x16.shuffle(q, q, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    )
    a = f64x2.add(a, f64x2.mul(pLow, pLow))
    b = f64x2.add(b, f64x2.mul(pHigh, pHigh))
    c = f64x2.add(c, f64x2.mul(qLow, qLow))
    d = f64x2.add(d, f64x2.mul(qHigh, qHigh))
    x += 32
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

// x ← clamp(scale · x, −limit, limit); a NaN stays NaN.
export function scaleAndClip(x: usize, n: i32, scale: f32, limit: f32): void {
  const factor = f32x4.splat(scale)
  const high = f32x4.splat(limit)
  const low = f32x4.splat(-limit)
  const end = x + ((<usize>n) << 2)
  while (x < end) {
    v128.store(x, f32x4.max(low, f32x4.min(high, f32x4.mul(factor, v128.load(x)))))
    x += 16
  }
}

// target ← target + weight · (source − target)
export function lerp(target: usize, source: usize, n: i32, weight: f32): void {
  const w = f32x4.splat(weight)
  const end = target + ((<usize>n) << 2)
  while (target < end) {
    const t = v128.load(target)
    v128.store(target, f32x4.add(t, f32x4.mul(w, f32x4.sub(v128.load(source), t))))
    target += 16
    source += 16
  }
}

// target ← ofTarget · target + ofSource · source
export function weightedSum(target: usize, source: usize, n: i32, ofTarget: f32, ofSource: f32): void {
  const a = f32x4.splat(ofTarget)
  const b = f32x4.splat(ofSource)
  const end = target + ((<usize>n) << 2)
  while (target < end) {
    v128.store(target, f32x4.add(f32x4.mul(a, v128.load(target)), f32x4.mul(b, v128.load(source))))
    target += 16
    source += 16
  }
}

// d = scale · g + l2 · p;  p ← p − rate · d
export function sgd(p: usize, g: usize, n: i32, scale: f32, l2: f32, rate: f32): void {
  const factor = f32x4.splat(scale)
  const decay = f32x4.splat(l2)
  const step = f32x4.splat(rate)
  const end = p + ((<usize>n) << 2)
  while (p < end) {
    const value = v128.load(p)
    const d = f32x4.add(f32x4.mul(factor, v128.load(g)), f32x4.mul(decay, value))
    v128.store(p, f32x4.sub(value, f32x4.mul(step, d)))
    p += 16
    g += 16
  }
}

// d = scale · g + l2 · p;  b ← momentum · b + d;  p ← p − rate · (ofGradient · d + ofBuffer · b)
export function momentum(
  p: usize,
  g: usize,
  b: usize,
  n: i32,
  scale: f32,
  l2: f32,
  rate: f32,
  mu: f32,
  ofGradient: f32,
  ofBuffer: f32,
): void {
  const factor = f32x4.splat(scale)
  const decay = f32x4.splat(l2)
  const step = f32x4.splat(rate)
  const keep = f32x4.splat(mu)
  const gradientShare = f32x4.splat(ofGradient)
  const bufferShare = f32x4.splat(ofBuffer)
  const end = p + ((<usize>n) << 2)
  while (p < end) {
    const value = v128.load(p)
    const d = f32x4.add(f32x4.mul(factor, v128.load(g)), f32x4.mul(decay, value))
    const buffer = f32x4.add(f32x4.mul(keep, v128.load(b)), d)
    v128.store(b, buffer)
    const direction = f32x4.add(f32x4.mul(gradientShare, d), f32x4.mul(bufferShare, buffer))
    v128.store(p, f32x4.sub(value, f32x4.mul(step, direction)))
    p += 16
    g += 16
    b += 16
  }
}

// d = scale · g + l2 · p;  m ← m + (1 − β₁)(d − m);  v ← β₂ v + (1 − β₂) d²;
// p ← keep · p − step · m / (√v · invRootCorrection2 + ε)
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  scale: f32,
  l2: f32,
  keep: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  step: f32,
  invRootCorrection2: f32,
  epsilon: f32,
): void {
  const factor = f32x4.splat(scale)
  const decay = f32x4.splat(l2)
  const kept = f32x4.splat(keep)
  const b1 = f32x4.splat(oneMinusBeta1)
  const b2 = f32x4.splat(beta2)
  const b3 = f32x4.splat(oneMinusBeta2)
  const size = f32x4.splat(step)
  const correction = f32x4.splat(invRootCorrection2)
  const eps = f32x4.splat(epsilon)
  const end = p + ((<usize>n) << 2)
  while (p < end) {
    const value = v128.load(p)
    const d = f32x4.add(f32x4.mul(factor, v128.load(g)), f32x4.mul(decay, value))
    const oldM = v128.load(m)
    const newM = f32x4.add(oldM, f32x4.mul(b1, f32x4.sub(d, oldM)))
    const newV = f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(b3, f32x4.mul(d, d)))
    v128.store(m, newM)
    v128.store(v, newV)
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(newV), correction), eps)
    v128.store(p, f32x4.sub(f32x4.mul(kept, value), f32x4.div(f32x4.mul(size, newM), root)))
    p += 16
    g += 16
    m += 16
    v += 16
  }
}
