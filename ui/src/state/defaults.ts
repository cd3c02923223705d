// What a chat follows where it has nothing of its own: its folder, else the settings.
import type { ChatOptions, Settings } from "../bindings";
import { isNothing } from "./parameters";

/** The settings with what the folder has in their place. */
export function inForce(inherited: ChatOptions | undefined, settings: Settings): Settings & Partial<ChatOptions> {
  const own = Object.entries(inherited ?? {}).filter(([, value]) => !isNothing(value));
  return { ...settings, ...Object.fromEntries(own) };
}
