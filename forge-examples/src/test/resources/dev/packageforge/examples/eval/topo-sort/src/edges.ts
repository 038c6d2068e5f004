/** Names, each with the names that it depends on. */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** The same with a set for every name, also for those that are only depended on. */
export type Edges = Map<string, Set<string>>;

/** All edges of a graph, from a name to what it depends on. */
export function edgesOf(graph: Graph): Edges {
  const edges: Edges = new Map();
  for (const [name, dependencies] of Object.entries(graph)) {
    edges.set(name, new Set(dependencies));
  }
  for (const dependency of Object.values(graph).flat()) {
    if (!edges.has(dependency)) {
      edges.set(dependency, new Set());
    }
  }
  return edges;
}

/** All edges turned round, from a name to what depends on it. */
export function reversed(edges: Edges): Edges {
  const result: Edges = new Map();
  for (const name of edges.keys()) {
    result.set(name, new Set());
  }
  for (const [name, dependencies] of edges) {
    for (const dependency of dependencies) {
      result.get(dependency)?.add(name);
    }
  }
  return result;
}
