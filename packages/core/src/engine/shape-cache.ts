/** A bounded map of compiled graphs by input shapes: the least recently used one goes first. */
export class ShapeCache<Graph> {
  private readonly entries = new Map<string, Graph>()

  constructor(
    private readonly limit: number,
    private readonly onEvict: (graph: Graph) => void,
  ) {}

  get size(): number {
    return this.entries.size
  }

  get(key: string): Graph | undefined {
    const graph = this.entries.get(key)
    if (graph !== undefined) {
      this.entries.delete(key)
      this.entries.set(key, graph)
    }
    return graph
  }

  set(key: string, graph: Graph): void {
    this.entries.set(key, graph)
    if (this.entries.size <= this.limit) return
    const [oldest, evicted] = this.entries.entries().next().value as [string, Graph]
    this.entries.delete(oldest)
    this.onEvict(evicted)
  }

  clear(): void {
    for (const graph of this.entries.values()) this.onEvict(graph)
    this.entries.clear()
  }
}
