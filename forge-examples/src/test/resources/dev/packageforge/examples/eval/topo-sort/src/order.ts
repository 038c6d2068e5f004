import { CycleError, findCycle } from './cycle.js';
import { edgesOf, type Edges, type Graph } from './edges.js';

/** All names, each after everything that it depends on. */
export function sort(graph: Graph): string[] {
  return order(graph, (ready) => ready.slice(0, 1)).flat();
}

/** All names in groups, each group after everything that its names depend on. */
export function batches(graph: Graph): string[][] {
  return order(graph, (ready) => ready);
}

function order(graph: Graph, choose: (ready: string[]) => string[]): string[][] {
  const edges = edgesOf(graph);
  const left = new Set(edges.keys());
  const result: string[][] = [];
  while (left.size > 0) {
    const ready = readyOf(edges, left);
    if (ready.length === 0) {
      throw new CycleError(findCycle(edges, left));
    }
    const chosen = choose(ready);
    chosen.forEach((name) => left.delete(name));
    result.push(chosen);
  }
  return result;
}

function readyOf(edges: Edges, left: ReadonlySet<string>): string[] {
  return [...left].filter((name) => ![...(edges.get(name) ?? [])].some((each) => left.has(each))).sort();
}
