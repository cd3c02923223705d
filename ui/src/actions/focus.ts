// Where the keyboard goes. The places that others send it to have fixed ids.
import { tick } from "svelte";

export type Place = "message" | "search" | "find" | "model" | "api-key";

/** Puts the focus somewhere, once what is being shown is there. */
export async function focusOn(place: Place): Promise<boolean> {
  await tick();
  const found = document.getElementById(place);
  found?.focus();
  return found !== null;
}
