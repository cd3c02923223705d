// The library as it was last read. It is read anew whenever it is about to be shown: another window may have changed it.
import type { Persona, Prompt } from "../bindings";
import * as ipc from "../ipc";

export class LibraryState {
  personas = $state.raw<Persona[]>([]);
  prompts = $state.raw<Prompt[]>([]);
  loaded = $state(false);

  async load(): Promise<void> {
    const { personas, prompts } = await ipc.library();
    this.personas = personas;
    this.prompts = prompts;
    this.loaded = true;
  }
}

export const library = new LibraryState();
