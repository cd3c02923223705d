// What is being typed: never lost, saved as it is written, cleared only once it is stored.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Composer } from "../../ui/src/state/composer.svelte";
import { backend, failure } from "./backend";

let composer: Composer;
beforeEach(() => {
  composer = new Composer();
  composer.open("a", "");
});
const drafts = () => backend.asked("save_draft");

describe("drafts", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test("are saved within 500 ms of the first key, also while one types on", () => {
    for (let length = 1; length <= 9; length += 1) {
      composer.type("x".repeat(length));
      vi.advanceTimersByTime(50);
    }
    expect(drafts()).toEqual([{ chat: "a", text: "xxxxxxxx" }]);
    vi.advanceTimersByTime(500);
    expect(drafts().at(-1)).toEqual({ chat: "a", text: "xxxxxxxxx" });
  });

  test("are saved once", () => {
    composer.type("Hi");
    vi.advanceTimersByTime(2000);
    composer.flush();
    expect(drafts()).toHaveLength(1);
  });

  test("are saved for their chat when another is opened", () => {
    composer.type("For a");
    composer.open("b", "Of b");
    expect(drafts()).toEqual([{ chat: "a", text: "For a" }]);
    expect(composer.text).toBe("Of b");
    vi.advanceTimersByTime(2000);
    expect(drafts()).toHaveLength(1);
  });

  test("that could not be saved are told of and tried again", async () => {
    const failed = vi.fn();
    composer.failed = failed;
    backend.fail("save_draft", "storageFull");
    composer.type("Hi");
    await vi.advanceTimersByTimeAsync(500);
    expect(failed).toHaveBeenCalledExactlyOnceWith(failure("storageFull"));
    composer.flush();
    expect(drafts()).toHaveLength(2);
  });
});

describe("sending", () => {
  test("clears the text only once it is stored", async () => {
    composer.type("Hi");
    let store: (() => void) | undefined;
    const sent = composer.send(() => new Promise<void>((resolve) => (store = resolve)));
    await vi.waitFor(() => expect(store).toBeDefined());
    expect(composer.text).toBe("Hi");
    expect(composer.sending).toBe(true);
    store?.();
    await sent;
    expect(composer.text).toBe("");
    expect(composer.sending).toBe(false);
  });

  test("keeps the text when it fails", async () => {
    composer.type("Hi");
    await expect(composer.send(() => Promise.reject(failure("storageFull")))).rejects.toEqual(failure("storageFull"));
    expect(composer.text).toBe("Hi");
  });

  test("keeps what was typed meanwhile", async () => {
    composer.type("Hi");
    await composer.send(() => {
      composer.text = "Hi and more";
      return Promise.resolve();
    });
    expect(composer.text).toBe(" and more");
  });

  test("keeps all of a text that was changed in its middle meanwhile", async () => {
    composer.type("Hi");
    await composer.send(() => {
      composer.text = "Oh, Hi";
      return Promise.resolve();
    });
    expect(composer.text).toBe("Oh, Hi");
  });

  test("does not bring the draft back that the backend has just taken away", async () => {
    vi.useFakeTimers();
    composer.type("Hi");
    await composer.send(() => Promise.resolve());
    vi.advanceTimersByTime(2000);
    expect(drafts()).toEqual([]);
  });

  test("that fails after another chat was opened leaves the text as that chat's draft", async () => {
    composer.type("For a");
    const sent = composer.send(() => {
      composer.open("b", "Of b");
      return Promise.reject(failure("storageFull"));
    });
    await expect(sent).rejects.toEqual(failure("storageFull"));
    expect(drafts()).toContainEqual({ chat: "a", text: "For a" });
    expect(composer.text).toBe("Of b");
  });

  test("waits for a draft that is being saved, which would come back otherwise", async () => {
    let saved: () => void = () => undefined;
    backend.on("save_draft", () => new Promise<void>((resolve) => (saved = resolve)));
    composer.type("Hi");
    composer.flush();
    const send = vi.fn(() => Promise.resolve());
    const sent = composer.send(send);
    await new Promise((resolve) => setTimeout(resolve));
    expect(send).not.toHaveBeenCalled();
    saved();
    await sent;
    expect(send).toHaveBeenCalledOnce();
  });

  test("twice at once sends once", async () => {
    composer.type("Hi");
    const send = vi.fn(() => Promise.resolve());
    await Promise.all([composer.send(send), composer.send(send)]);
    expect(send).toHaveBeenCalledOnce();
  });
});
