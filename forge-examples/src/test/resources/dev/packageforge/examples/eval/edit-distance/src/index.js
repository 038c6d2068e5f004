import words from './index.cjs';

export const { closest, distance, rank, similarity } = words;
