// The whole window on the scripted backend.
import { render, waitFor } from "@testing-library/svelte";
import { begin } from "../../ui/src/actions/session";
import type { ChatPatch, Start } from "../../ui/src/bindings";
import { announcer, selection, view } from "../../ui/src/state/window";
import App from "../../ui/src/views/App.svelte";
import { backend } from "./backend";

export function openApp(start: Start) {
  view.settings = null;
  view.chatOptions = false;
  view.switcher = false;
  view.renaming = null;
  view.filling = null;
  view.menu = null;
  view.leaveTree();
  view.folderMenu = null;
  view.tagMenu = null;
  view.ordering = null;
  view.tag = null;
  view.dragged = null;
  selection.clear();
  view.editing = null;
  view.alert = null;
  view.toasts = [];
  view.query = "";
  view.best = false;
  announcer.lines = [];
  begin(start);
  return render(App);
}

/** Answers the open question of the chat, and waits until it is applied and asked anew. */
export async function arrive(patch: ChatPatch): Promise<void> {
  await waitFor(() => {
    if (backend.chatQuestions.length === 0) throw new Error("no question is open");
  });
  backend.chatQuestions.shift()?.answer(patch);
  await waitFor(() => {
    if (!backend.chatQuestions.some((question) => question.args.since === patch.revision))
      throw new Error("not applied yet");
  });
}

/** An element as the field it is. */
export function field(element: HTMLElement): HTMLTextAreaElement | HTMLInputElement {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement) return element;
  throw new Error(`${element.tagName} is no field`);
}
