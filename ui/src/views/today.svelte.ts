// The day that it is, for what is shown by date. It follows the clock over midnight, and after a sleep of the computer.

const midnightOf = (now: number) => new Date(now).setHours(0, 0, 0, 0);

/** The midnight that the day began with, unix milliseconds, as long as a component lives. */
export function today(): { readonly midnight: number } {
  let midnight = $state(midnightOf(Date.now()));
  $effect(() => {
    const look = () => (midnight = midnightOf(Date.now()));
    const next = new Date(midnight);
    next.setDate(next.getDate() + 1);
    const timer = setTimeout(look, next.getTime() - Date.now());
    addEventListener("focus", look);
    return () => {
      clearTimeout(timer);
      removeEventListener("focus", look);
    };
  });
  return {
    get midnight() {
      return midnight;
    },
  };
}
