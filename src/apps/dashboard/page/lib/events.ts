/** Server-sent events that come back: after a lost connection, a killed server, and a hidden page. */

export type Connection = "connecting" | "live" | "lost" | "asleep";

const RETRY = 2000;

/**
 * Listens at the address that `address` gives at each connection. Closed while the page is hidden, so that many tabs do not use up a browser's
 * six connections. Returns what ends it.
 */
export function listen(
  address: () => string,
  handlers: Readonly<Record<string, (data: unknown, id: string) => void>>,
  onState: (state: Connection) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    close();
    onState("connecting");
    const own = new EventSource(address());
    source = own;
    own.onopen = () => onState("live");
    own.onerror = () => {
      if (source !== own) return;
      close();
      onState("lost");
      timer = setTimeout(open, RETRY);
    };
    for (const [name, handle] of Object.entries(handlers))
      own.addEventListener(name, (event) => handle(JSON.parse(event.data as string), event.lastEventId));
  };
  const seen = (): void => {
    if (document.hidden) {
      close();
      onState("asleep");
    } else if (source === undefined) open();
  };
  document.addEventListener("visibilitychange", seen);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener("visibilitychange", seen);
    close();
  };
}
