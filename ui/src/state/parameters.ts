// The parameters of a chat beside what it follows: which of them differ, which cannot even be sent, and how stop sequences
// are written in a text field.
import type { ChatOptions } from "../bindings";

export type Parameter = keyof ChatOptions;

/** What a chat has of its own where it has nothing. */
export const noOptions: ChatOptions = {
  model: null,
  systemPrompt: null,
  temperature: null,
  maxTokens: null,
  topP: null,
  reasoningEffort: null,
  stop: [],
  seed: null,
  responseFormat: null,
};

/** In the order in which they are shown. */
const order: readonly Parameter[] = [
  "systemPrompt",
  "temperature",
  "maxTokens",
  "topP",
  "reasoningEffort",
  "responseFormat",
  "seed",
  "stop",
];

/** Whether a value is none that is set; so are no stop sequences. */
export const isNothing = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** Whether one of a chat's own values is another than what it would follow. */
export function differs(name: Parameter, own: Partial<ChatOptions>, followed: Partial<ChatOptions>): boolean {
  const value = own[name];
  return !isNothing(value) && JSON.stringify(value) !== JSON.stringify(followed[name] ?? null);
}

/** What differs, the model left out: that has a place of its own. */
export const differing = (own: Partial<ChatOptions>, followed: Partial<ChatOptions>): Parameter[] =>
  order.filter((name) => differs(name, own, followed));

const ranges = { maxTokens: [0, 2 ** 32 - 1], seed: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] } as const;

/** A parameter whose value is no number that could be sent; the backend checks the rest. */
export function misfit(options: Partial<ChatOptions>): Parameter | null {
  for (const name of ["maxTokens", "seed"] as const) {
    const value = options[name] ?? null;
    const [least, most] = ranges[name];
    if (value !== null && !(Number.isInteger(value) && value >= least && value <= most)) return name;
  }
  return null;
}

const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
const meanings: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/** Stop sequences as lines of text. */
export const writeStops = (stops: readonly string[]): string =>
  stops.map((stop) => stop.replace(/[\n\r\t\\]/g, (sign) => escapes[sign] ?? sign)).join("\n");

/** Lines of text as stop sequences; spaces are part of them. */
export const readStops = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.replace(/\\([nrt\\])/g, (_, sign: string) => meanings[sign] ?? sign));
