/** How wide the numbers beside an axis will be: ECharts marks an axis at round steps of 1, 2, 3 or 5. */
import { estimateTextWidth } from '@attentive/core'

/** About the longest label between two values, as ECharts writes numbers. */
export function widestLabel(min: number, max: number, size: number): number {
  const span = max - min || Math.abs(max) || 1
  const rough = span / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 3, 5, 10].map((factor) => factor * power).find((step) => step >= rough) as number
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const labels = [Math.floor(min / step) * step, Math.ceil(max / step) * step].map((value) =>
    decimals > 12 ? value.toPrecision(3) : grouped(value.toFixed(decimals)),
  )
  return Math.max(...labels.map((label) => estimateTextWidth(label, size)))
}

/** `1,250,000.5` */
function grouped(number: string): string {
  const [whole = '', fraction] = number.split('.')
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? separated : `${separated}.${fraction}`
}

/** Lowest and highest finite value of some lines; 0 and 1 when there is none. */
export function extentOf(...lines: (ArrayLike<number> | undefined)[]): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const line of lines)
    for (let i = 0; i < (line?.length ?? 0); i++) {
      const value = line?.[i] as number
      if (!Number.isFinite(value)) continue
      if (value < min) min = value
      if (value > max) max = value
    }
  return min <= max ? { min, max } : { min: 0, max: 1 }
}
