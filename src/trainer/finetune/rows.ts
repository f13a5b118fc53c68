/** The rollouts file of a round: all its completions, and how each counts in what is learned. */
import type { VotedPrompt } from "../../preference/voted-prompt.js";
import type { RolloutRow } from "../../run/run-directory.js";
import type { Selected } from "./selection.js";
import type { VoteRow } from "./votes.js";
