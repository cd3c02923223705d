// The words of personas and prompts.
import type { Imported } from "../bindings";
import { count, list, number } from "./en-formats";

export const library = {
  personas: "Personas",
  personasLead: "A name for a system prompt, a model and parameters. A chat takes them over and keeps them.",
  noPersonas: "There are no personas yet.",
  prompts: "Prompts",
  promptsLead: "Texts to begin a message with. Type / at the start of a message to insert one.",
  noPrompts: "There are no prompts yet.",
  newPersona: "New persona",
  newPrompt: "New prompt",
  name: "Name",
  model: "Model",
  modelHint: "Empty follows the default.",
  text: "Text",
  syntax:
    "{{name}} asks for a value, {{name=value}} proposes one, {{name:one|other}} lets you choose. {{date}} and {{clipboard}} fill themselves in; \\{{ is two braces.",
  edit: "Edit",
  duplicate: "Duplicate",
  remove: "Delete",
  copyOf: (name: string) => `${name} (copy)`,
  save: "Save",
  cancel: "Cancel",
  versions: "Versions",
  version: (n: number) => `Version ${n}`,
  versionCount: (n: number) => count(n, "version", "versions"),
  temperature: (value: number) => `temperature ${number.format(value)}`,
  current: "newest",
  useAgain: "Use this again",
  deletedPersona: "Persona deleted",
  deletedPrompt: "Prompt deleted",
  import: "Import…",
  importFiles: "Files to import",
  export: "Export",
  exported: (path: string) => `Saved as ${path}`,
  tooLarge: (name: string) => `${name} is larger than 16 MB. Nothing was imported.`,
  imported: ({ personas, prompts, present, unusable }: Imported) => {
    const added = [
      ...(personas > 0 ? [count(personas, "persona", "personas")] : []),
      ...(prompts > 0 ? [count(prompts, "prompt", "prompts")] : []),
    ];
    const parts = [added.length > 0 ? `${list.format(added)} added` : "Nothing added"];
    if (present > 0) parts.push(`${count(present, "was", "were")} there already`);
    if (unusable > 0) parts.push(`${count(unusable, "entry", "entries")} could not be used`);
    return parts.join(", ");
  },
  persona: "Persona",
  noPersona: "No persona",
  altered: (name: string) => `${name} (changed)`,
  take: "Use its settings",
  takeNone: "Use the defaults",
  useVersion: (n: number) => `Use version ${n}`,
  usesVersion: (n: number, newest: number) => `This chat has version ${n}; there is a version ${newest}.`,
  personaSet: "The chat has the persona's settings",
  personaUnset: "The chat follows the defaults",
  list: "Prompts",
  none: "No prompt of that name",
  noneYet: "There are no prompts yet. Make some in Settings, Prompts.",
  insert: "Insert",
};

export const libraryErrors = {
  notInLibrary: "This is not in the library any more.",
  emptyPrompt: "The prompt has no text yet.",
  notALibrary: (name: string | undefined) =>
    `${name ? `“${name}”` : "The file"} is no library of Parlour's. Nothing was imported.`,
};

export const libraryUndone = {
  deletePersona: "The persona is back",
  deletePrompt: "The prompt is back",
  setPersona: "The chat has its former settings",
  importLibrary: "What was imported is gone again",
};
