/** The trackers of a run, from its beginning to its end. */
import { join, resolve } from "node:path";
import { SelftrainError } from "../../errors.js";
import type { Observer } from "../observer.js";
import { Feed, type FeedOptions } from "./feed.js";
import { openMlflow } from "./mlflow/mlflow.js";
import { openTensorboard } from "./tensorboard/tensorboard.js";
import type { TrackedEnd } from "./tracker.js";

/** What a configuration says of trackers; each that is there is fed. */
export interface TrackersConfig {
  readonly tensorboard?: { readonly folder?: string | undefined } | undefined;
  readonly mlflow?:
    | { readonly url: string; readonly experiment: string; readonly tokenVariable?: string | undefined }
    | undefined;
}

export interface Tracking {
  /** Sends what is left, and waits a little for it. Never throws. */
  end(outcome: TrackedEnd): Promise<void>;
}

/** Begins to feed the trackers of a run. Throws `tracker-token-missing` where a token's variable is not set; whatever fails later stops nothing. */
export function trackRun(
  run: string,
  config: { readonly trackers?: TrackersConfig | undefined },
  observer?: Observer,
): Tracking {
  const { tensorboard, mlflow } = config.trackers ?? {};
  const token = tokenOf(mlflow?.tokenVariable);
  const common = { run, config, observer };
  const options: FeedOptions[] = [
    ...(tensorboard
      ? [
          {
            ...common,
            name: "tensorboard",
            open: openTensorboard(resolve(tensorboard.folder ?? join(run, "tensorboard"))),
          },
        ]
      : []),
    ...(mlflow ? [{ ...common, name: "mlflow", open: openMlflow({ ...mlflow, token }) }] : []),
  ];
  const feeds = options.map((own) => new Feed(own));
  for (const feed of feeds) feed.start();
  return {
    end: async (outcome) => {
      await Promise.all(feeds.map((feed) => feed.end(outcome)));
    },
  };
}

/** Throws as `trackRun` does. */
export function tokenOf(variable: string | undefined): string | null {
  if (variable === undefined) return null;
  const token = process.env[variable];
  if (token !== undefined && token !== "") return token;
  throw new SelftrainError({
    code: "tracker-token-missing",
    message: "The environment variable with the tracker's token is not set.",
    found: variable,
    where: "trackers.mlflow.tokenVariable",
    remedy: `Set ${variable}, or leave tokenVariable out.`,
  });
}
