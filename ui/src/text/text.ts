// The language in use. There is one so far; everything on screen reads its words from `t`.
import { en, type Texts } from "./en";

export const t: Texts = en;

/** Cmd on a Mac, Ctrl elsewhere. */
export const onMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A name with its key behind it, for a tooltip. */
export const withKey = (name: string, key: string) => `${name} (${key})`;
