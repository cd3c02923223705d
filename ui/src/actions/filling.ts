// The rest of the list of chats: the first picture has the newest, the others come in pages while nothing else happens.
import * as ipc from "../ipc";
import { overview } from "../state/window";
import { report } from "./report";

const PAGE = 2000;
/** The first picture and what follows it at once come before, and between two pages there is room for what a person does. */
const PAUSE = 100;

let filling = false;

/** Asks for what is not here yet. */
export async function fillList(): Promise<void> {
  if (filling) return;
  filling = true;
  try {
    while (overview.cursor !== null) {
      await pause();
      const asked = overview.cursor;
      if (asked === null) break;
      const rows = await ipc.chatRows(asked.before, asked.beforeId, PAGE);
      overview.add(rows, asked, rows.length < PAGE);
    }
  } catch (thrown) {
    report(thrown, () => void fillList());
  } finally {
    filling = false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      // WebKit has none.
      if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve(), { timeout: 1000 });
      else resolve();
    }, PAUSE);
  });
}
