// The state of this window: one of each.
import { Announcer } from "./announcer.svelte";
import { OpenChat } from "./chat.svelte";
import { Composer } from "./composer.svelte";
import { Find } from "./find.svelte";
import { Folds } from "./folds.svelte";
import { Overview } from "./overview.svelte";
import { Selection } from "./selection.svelte";
import { View } from "./view.svelte";

export const overview = new Overview();
export const chat = new OpenChat();
export const composer = new Composer();
export const view = new View();
export const selection = new Selection();
export const folds = new Folds();
export const find = new Find();
export const announcer = new Announcer();

chat.listen((entry, fresh) => announcer.follow(entry, fresh));
