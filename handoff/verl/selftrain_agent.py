"""verl's single-turn agent loop, whose reward is the majority vote of the whole group.

verl runs all rollouts of a prompt as tasks of one process (V1 trainer), which wait here for each other. So the vote sees the group, and the reward
workers, which see one rollout at a time, are not asked.
"""

import asyncio
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from selftrain_vote import Votes
from verl.experimental.agent_loop.single_turn_agent_loop import SingleTurnAgentLoop

votes = Votes(HERE)


class Group:
    """The rollouts of a prompt on their way to the vote."""

    def __init__(self, size: int, extra: dict) -> None:
        self.samples: list[dict | None] = [None] * size
        self.extra = extra
        self.left = 0
        self.voted = asyncio.get_running_loop().create_future()

    async def vote(self, place: int, sample: dict) -> dict:
        """What this rollout is worth, once all are here. Raises what any of them failed with."""
        self.samples[place] = sample
        if all(own is not None for own in self.samples):
            try:
                self.voted.set_result(await asyncio.to_thread(self._count))
            except Exception as error:
                self.fail(error)
        worth = await asyncio.shield(self.voted)
        return {name: values[place] for name, values in worth.items()}

    def fail(self, error: BaseException) -> None:
        if not self.voted.done():
            self.voted.set_exception(RuntimeError(f"a rollout of this group failed: {error!r}"))
            # Whoever waits raises it; where nobody does, that is no error of its own.
            self.voted.exception()

    def _count(self) -> dict[str, list]:
        size = len(self.samples)
        group = {"id": self.extra["id"], "samples": self.samples, "truth": self.extra.get("truth")}
        [own] = votes.rewards([group])
        found = {"score": own["rewards"], "agreement": [own["agreement"]] * size}
        if self.extra["split"] == "train":
            return found
        [judged] = votes.correct([group])
        right = judged["correct"] or [0.0] * size
        return {**found, "score": right, "acc": right, "majority": [judged["majority"] or 0.0] * size}


groups: dict[str, Group] = {}


class MajorityVoteAgentLoop(SingleTurnAgentLoop):
    async def run(self, sampling_params: dict, **kwargs):
        uid, place, extra = str(kwargs["uid"]), int(kwargs["session_id"]), kwargs["extra_info"]
        rollout = self.rollout_config
        size = rollout.n if extra["split"] == "train" else rollout.val_kwargs.n
        group = groups.setdefault(uid, Group(size, extra))
        try:
            output = await super().run(sampling_params, **kwargs)
            ids = output.response_ids
            finished = len(ids) > 0 and ids[-1] == self.tokenizer.eos_token_id
            sample = {
                "text": self.tokenizer.decode(ids, skip_special_tokens=True),
                "finish": "stop" if finished or len(ids) < rollout.response_length else "length",
            }
            worth = await group.vote(place, sample)
        except BaseException as error:
            group.fail(error)
            raise
        finally:
            group.left += 1
            if group.left == size:
                groups.pop(uid, None)
        output.reward_score = worth["score"]
        output.extra_fields["reward_extra_info"] = worth
        return output
