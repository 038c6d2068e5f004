import type { Edges } from './edges.js';

/** Names depend on each other in a circle. */
export class CycleError extends Error {
  override readonly name = 'CycleError';

  /** The circle: each name depends on the next, and the last one is the first. */
  readonly cycle: string[];

  constructor(cycle: string[]) {
    super(`there is a cycle: ${cycle.join(' -> ')}`);
    this.cycle = cycle;
  }
}

/** A circle among names each of which depends on another one of them. */
export function findCycle(edges: Edges, among: ReadonlySet<string>): string[] {
  const path: string[] = [];
  let name: string | undefined = [...among][0];
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = [...(edges.get(name) ?? [])].find((dependency) => among.has(dependency));
  }
  if (name === undefined) {
    throw new Error('there is no cycle');
  }
  return [...path.slice(path.indexOf(name)), name];
}
