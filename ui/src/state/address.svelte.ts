// A Base URL on its way from the keys to the backend: looked at, perhaps another one proposed, perhaps warned of, saved.
import type { BaseUrlProposal, Error } from "../bindings";
import * as ipc from "../ipc";

const asError = (thrown: unknown): Error => (ipc.isError(thrown) ? thrown : { kind: "internal", detail: {} });

export class Address {
  text = $state("");
  busy = $state(false);
  error = $state.raw<Error | null>(null);
  /** What the look at the address showed. */
  found = $state.raw<BaseUrlProposal | null>(null);

  /** The address that the person wants as it is, whatever was proposed. */
  #kept = $state<string | null>(null);
  /** The address that the person wants although it can be read on the way. */
  #accepted = $state<string | null>(null);
  #look: { text: string; answer: Promise<BaseUrlProposal> } | null = null;
  #save: (address: string) => Promise<void>;
  /** Save was pressed before it was known what to save. */
  #wanted = false;

  constructor(text: string, save: (address: string) => Promise<void>) {
    this.text = text;
    this.#save = save;
  }

  get typed(): string {
    return this.text.trim();
  }

  /** Another address that answered where the typed one did not. */
  get proposed(): string | null {
    const { found } = this;
    if (!found || found.typed !== this.typed || this.#kept === this.typed) return null;
    return found.proposed === this.typed ? null : found.proposed;
  }

  /** Whether saving needs a second press: the key would travel readable. */
  get warned(): boolean {
    return this.found?.typed === this.typed && this.found.plainText && this.proposed === null;
  }

  get confirming(): boolean {
    return this.warned && this.#accepted === this.typed;
  }

  /** Takes what is typed. */
  type(text: string): void {
    this.text = text;
    this.error = null;
    this.#wanted = false;
  }

  /** Looks at the address, once for each text. */
  async look(): Promise<void> {
    const { typed } = this;
    if (typed === "") return;
    this.#look = this.#look?.text === typed ? this.#look : { text: typed, answer: ipc.proposeBaseUrl(typed) };
    const { answer } = this.#look;
    try {
      const found = await answer;
      if (typed === this.typed) this.found = found;
    } catch (thrown) {
      this.#look = null;
      if (typed === this.typed) this.error = asError(thrown);
    }
  }

  /** Saves, unless there is something to be answered first. */
  async save(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    this.#wanted = true;
    try {
      await this.look();
      if (this.error || this.proposed !== null) return;
      if (this.warned && !this.confirming) {
        this.#accepted = this.typed;
        return;
      }
      await this.#save(this.typed);
      this.#wanted = false;
      this.#look = null;
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Takes the proposed address; saves it if that is what was asked for. */
  async useProposed(): Promise<void> {
    const { found, proposed } = this;
    if (!found || proposed === null) return;
    this.text = proposed;
    // It has answered already: no need to look again.
    const known = { ...found, typed: proposed, proposed: null };
    this.found = known;
    this.#look = { text: proposed, answer: Promise.resolve(known) };
    if (this.#wanted) await this.save();
  }

  /** Stays with what was typed; saves it if that is what was asked for. */
  async keepTyped(): Promise<void> {
    this.#kept = this.typed;
    if (this.#wanted) await this.save();
  }
}
