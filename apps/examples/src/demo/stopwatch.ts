/** Time since the start, on the clock and on all cores together. */
export function startStopwatch(): () => { seconds: number; cpuSeconds: number } {
  const started = performance.now()
  const cpuBefore = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpuBefore)
    return {
      seconds: round((performance.now() - started) / 1000),
      cpuSeconds: round((user + system) / 1e6),
    }
  }
}

const round = (seconds: number) => Math.round(seconds * 10) / 10
