export { compile, render } from './render.js';
