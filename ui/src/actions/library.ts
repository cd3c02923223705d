// What can be done with personas and prompts.
import type { ChatId, ChatOptions, Field, PersonaId, Prompt, PromptId } from "../bindings";
import * as ipc from "../ipc";
import { library } from "../state/library.svelte";
import { called } from "../state/slash.svelte";
import { chat, composer, view } from "../state/window";
import { t } from "../text/text";
import { done } from "./chats";
import { focusOn } from "./focus";
import { attempt } from "./report";

/** Larger files are not read. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/** Reads the library anew. */
export const loadLibrary = () => attempt(() => library.load().then(() => true));

/** The prompts whose names have the letters of the query, best first, ranked as in the switcher; all of them for none. */
export async function rankPrompts(query: string, prompts: readonly Prompt[]): Promise<readonly Prompt[]> {
  if (query.trim() === "") return prompts;
  const names = prompts.map(({ name }) => name);
  const ranked = (await attempt(() => ipc.rank(query, names))) ?? [];
  return ranked.flatMap(({ index }) => prompts[index] ?? []);
}

/** Puts a prompt into the composer, in the place of the "/" and what follows it; asks first for what it leaves open. */
export async function usePrompt(prompt: Prompt): Promise<void> {
  const fields = await attempt(() => ipc.promptFields(prompt.text));
  if (fields === undefined) return;
  if (fields.length > 0) view.filling = { prompt, fields };
  else await insertPrompt(prompt, {});
}

/** Puts a prompt with these values into the composer: behind what was typed there but the "/". Nothing is sent. */
export async function insertPrompt(prompt: Prompt, values: Record<string, string>): Promise<boolean> {
  const into = chat.head?.id;
  const date = new Date().toLocaleDateString(undefined, { dateStyle: "long" });
  const text = await attempt(() => ipc.fillPrompt(prompt.text, values, date));
  if (text === undefined) return false;
  view.filling = null;
  // Another chat was opened meanwhile: its text is none of this.
  if (chat.head?.id !== into) return false;
  const typed = called.test(composer.text) ? "" : composer.text.trimEnd();
  composer.type(typed === "" ? text : `${typed}\n\n${text}`);
  await focusOn("message");
  const field = document.getElementById("message");
  if (field instanceof HTMLTextAreaElement) field.setSelectionRange(field.value.length, field.value.length);
  return true;
}

export const initialValues = (fields: readonly Field[]): Record<string, string> =>
  Object.fromEntries(fields.map((field) => [field.name, field.default]));

/** Gives a chat the values of a persona, or none. */
export async function setPersona(of: ChatId, persona: PersonaId | null, number: number | null = null) {
  const set = await attempt(() => ipc.setPersona(of, persona, number));
  if (set) done(set.operationId, persona === null ? t.library.personaUnset : t.library.personaSet);
  return set !== undefined;
}

export async function savePersona(id: PersonaId | null, name: string, options: ChatOptions): Promise<void> {
  await ipc.savePersona(id, name, options);
  await library.load();
}

export async function savePrompt(id: PromptId | null, name: string, text: string): Promise<void> {
  await ipc.savePrompt(id, name, text);
  await library.load();
}

export async function deletePersona(id: PersonaId): Promise<void> {
  const { operationId } = await ipc.deletePersona(id);
  await library.load();
  done(operationId, t.library.deletedPersona);
}

export async function deletePrompt(id: PromptId): Promise<void> {
  const { operationId } = await ipc.deletePrompt(id);
  await library.load();
  done(operationId, t.library.deletedPrompt);
}

/** Adds what files hold. Says what came of it. */
export async function importFiles(files: readonly File[]): Promise<string> {
  const large = files.find((file) => file.size > FILE_LIMIT);
  if (large) return t.library.tooLarge(large.name);
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
  const imported = await ipc.importLibrary(read);
  await library.load();
  const said = t.library.imported(imported);
  if (imported.operationId !== null) done(imported.operationId, said);
  return said;
}
