/** Where names are looked up: an element, then what is around it. */
export class Scope {
  #data;
  #outer;
  #index;

  constructor(data, outer, index) {
    this.#data = data;
    this.#outer = outer;
    this.#index = index;
  }

  inner(data, index) {
    return new Scope(data, this, index);
  }

  lookUp(path) {
    if (path === '.') {
      return this.#data;
    }
    if (path === '@index') {
      return this.#index;
    }
    const [first, ...rest] = path.split('.');
    const value = own(this.#data, first);
    if (value === undefined && this.#outer !== undefined) {
      return this.#outer.lookUp(path);
    }
    return rest.reduce(own, value);
  }
}

function own(value, key) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key] : undefined;
}
