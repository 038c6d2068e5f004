import { edgesOf, reversed, type Edges, type Graph } from './edges.js';

/** All names that a name depends on, directly or not. */
export function dependenciesOf(graph: Graph, name: string): string[] {
  return reachable(edgesOf(graph), name);
}

/** All names that depend on a name, directly or not. */
export function dependentsOf(graph: Graph, name: string): string[] {
  return reachable(reversed(edgesOf(graph)), name);
}

function reachable(edges: Edges, name: string): string[] {
  const start = edges.get(name);
  if (start === undefined) {
    throw new RangeError(`"${name}" is not in the graph`);
  }
  const found = new Set(start);
  // What is added to a set while it is walked through is walked through too.
  for (const each of found) {
    edges.get(each)?.forEach((next) => found.add(next));
  }
  return [...found].sort();
}
