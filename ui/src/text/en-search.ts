// The texts of the search, in English.
import { number } from "./en-formats";

export const search = {
  order: "Order of results",
  newest: "Newest first",
  best: "Best first",
  ranked: (n: number) => `There are more: these are the best of the newest ${number.format(n)} matches.`,
  help: "Filters are written like this:",
  filters: ["in:folder", "tag:name", "title:word", "model:name", "role:you", "before:2026-03", "after:2025", "-not"],
};
