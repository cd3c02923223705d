// What a chat follows where it has nothing of its own: its folder, else the settings.
import type { ChatOptions, Settings } from "../bindings";

type Defaults = Pick<Settings, keyof ChatOptions & keyof Settings>;

/** The settings with what the folder has in their place. */
export function inForce(inherited: ChatOptions | undefined, settings: Settings): Settings & Defaults {
  const own = Object.entries(inherited ?? {}).filter(([, value]) => value !== null);
  return { ...settings, ...Object.fromEntries(own) };
}
