// Boot: asks the backend for the first picture, mounts it, and says when it is on screen.
import { mount } from "svelte";
import { begin } from "./actions/session";
import { asError } from "./actions/report";
import * as ipc from "./ipc";
import App from "./views/App.svelte";
import { appearance } from "./views/appearance";
import StartFailed from "./views/StartFailed.svelte";

// The page has the desktop's colours until the settings are here.
const stopFollowing = appearance("system", 100);
const target = document.getElementById("app") ?? document.body;

try {
  begin(await ipc.start());
  stopFollowing();
  mount(App, { target });
  // Two frames: the first one draws, the second one knows that it was drawn.
  requestAnimationFrame(() => requestAnimationFrame(() => void ipc.painted()));
} catch (thrown) {
  mount(StartFailed, { target, props: { error: asError(thrown) } });
}
