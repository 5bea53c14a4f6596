/** A trained detector, and series as it reads them. */

import { join } from 'node:path'
import { CheckpointError, isModelFolder } from '@attentive/core'
import { AnomalyDetector, type TimeSeries } from '@attentive/timeseries'
import type { EngineFlags } from '../../options.js'
import { readFlagSeries } from '../../read-series.js'
import { type TableFlags, tableSettings } from '../../table-options.js'
import type { OutputStream } from '../../terminal.js'

/** @throws CheckpointError when there is no finished detector in the folder. */
export async function loadDetector(
  folder: string,
  { engine, threads }: EngineFlags,
): Promise<AnomalyDetector> {
  if (!(await isModelFolder(folder)) && (await isModelFolder(join(folder, 'network/last'))))
    throw new CheckpointError({
      argument: folder,
      expected: 'a finished detector',
      received: 'a training run that has not ended',
      hint: 'Continue it with --resume.',
    })
  return AnomalyDetector.load(folder, { engine, threads })
}

/** @param label column of what is true, beside the channels. */
export function readWatched(
  detector: AnomalyDetector,
  file: string,
  flags: TableFlags,
  { label, stderr }: { label: string | undefined; stderr: OutputStream },
): Promise<TimeSeries[]> {
  const channels = [...(detector.channels ?? []), ...(label === undefined ? [] : [label])]
  return readFlagSeries(file, tableSettings(flags, detector.config.table), { channels }, stderr)
}

/** Which steps are anomalies: those whose label is not 0, and known. */
export function truthOf(series: TimeSeries, label: string): boolean[] {
  return Array.from(series.channel(label), (value) => value !== 0 && !Number.isNaN(value))
}
