// How English writes numbers, dates and sizes.
export const number = new Intl.NumberFormat("en");
export const percent = new Intl.NumberFormat("en", { style: "percent" });
export const month = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });
export const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
export const moment = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
const time = new Intl.DateTimeFormat("en", { timeStyle: "short" });
const plural = new Intl.PluralRules("en");
export const count = (n: number, one: string, other: string) =>
  `${number.format(n)} ${plural.select(n) === "one" ? one : other}`;
export const seconds = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
export const list = new Intl.ListFormat("en");
const sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"].map(
  (unit) =>
    new Intl.NumberFormat("en", {
      style: "unit",
      unit,
      unitDisplay: unit === "byte" ? "long" : "short",
      maximumSignificantDigits: 3,
    }),
);

/** Bytes, in the unit that leaves three digits. */
export function size(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // What would round to 1,000 has the next unit.
  while (value >= 999.5 && unit < sizes.length - 1) [value, unit] = [value / 1000, unit + 1];
  return sizes[unit]?.format(value) ?? "";
}

/** A moment at the end of a sentence. */
export function when(at: number): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  return today ? `today at ${time.format(at)}` : `on ${moment.format(at)}`;
}

export const are = (n: number) => (plural.select(n) === "one" ? "is" : "are");
