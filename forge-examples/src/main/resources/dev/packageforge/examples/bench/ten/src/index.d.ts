/** The rows of a text of comma-separated values. */
export function rows(text: string): string[][];
/** The year of a date in ISO 8601. */
export function year(date: string): number;
/** A pattern that finds exactly this text. */
export function exactly(text: string): RegExp;
/** Whether two values hold the same. */
export function same(left: unknown, right: unknown): boolean;
/** A list without what it holds twice. */
export function once<T>(values: T[]): T[];
/** How many milliseconds a span such as "2 minutes" has. */
export function span(text: string): number;
/** A word of so many zeros and ones, by chance. */
export function bits(count: number): string;
/** A text without the colours of a terminal, in bold where there are any. */
export function bold(text: string): string;
/** The newest of some versions. */
export function newest(versions: string[]): string;
/** The options of a command line. */
export function options(line: string): {
  named: Record<string, unknown>;
  rest: (string | number)[];
};
