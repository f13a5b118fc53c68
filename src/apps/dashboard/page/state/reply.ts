/** A reply of the server as state of a component: the last one stays while the next is on its way, so that nothing flickers. */
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../api/index.js";
import { get, problemOf } from "../lib/http.js";

export interface Replied<Reply> {
  readonly value: Reply | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** The address that `value` is of. */
  readonly of: string | null;
  readonly again: () => void;
}

/** Null asks nothing. It is asked again whenever `state` is another: one that the reply depends on. */
export function useReply<Reply>(address: string | null, state?: string): Replied<Reply> {
  const [replied, setReplied] = useState<Omit<Replied<Reply>, "again">>({
    value: null,
    problem: null,
    loading: address !== null,
    of: null,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (address === null) {
      setReplied({ value: null, problem: null, loading: false, of: null });
      return;
    }
    const ending = new AbortController();
    setReplied((before) => ({ ...before, loading: true }));
    get<Reply>(address, ending.signal).then(
      (value) => setReplied({ value, problem: null, loading: false, of: address }),
      (thrown: unknown) => {
        if (!ending.signal.aborted)
          setReplied({ value: null, problem: problemOf(thrown), loading: false, of: address });
      },
    );
    return () => ending.abort();
  }, [address, round, state]);
  return { ...replied, again: () => setRound((before) => before + 1) };
}
