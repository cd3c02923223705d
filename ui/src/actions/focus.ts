// Where the keyboard goes. The places that others send it to have fixed ids.
import { tick } from "svelte";

export type Place = "message" | "search" | "find" | "model" | "api-key" | "chat-list";

/** Puts the focus somewhere, once what is being shown is there. */
export async function focusOn(place: Place): Promise<boolean> {
  await tick();
  // In the list it is the place where one was last.
  const found =
    place === "chat-list"
      ? document.querySelector<HTMLElement>("nav [data-line][tabindex='0']")
      : document.getElementById(place);
  found?.focus();
  return found !== null;
}
