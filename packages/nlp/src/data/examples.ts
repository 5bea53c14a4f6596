/** What readers give: pairs of texts with the place where they stand. */

export interface ParallelExample {
  source: string
  target: string
  /** The file that holds the source side. */
  file: string
  /** Number of the line, or of the record, from 1. */
  line: number
}

/** A line, or record, that is no example. */
export interface BadLine {
  file: string
  line: number
  reason: string
}

/** What a format's reader yields for each line or record. */
export type ReadResult = ParallelExample | BadLine

export const isBadLine = (result: ReadResult): result is BadLine => 'reason' in result
