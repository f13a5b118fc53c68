"""Trains with SkyRL on the majority vote. Arguments such as trainer.epochs=2 win over config.json."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import ray
from selftrain_vote import Votes
from skyrl.train.config import SkyRLTrainConfig
from skyrl.train.entrypoints.main_base import BasePPOExp
from skyrl.train.generators.skyrl_gym_generator import SkyRLGymGenerator
from skyrl.train.utils import initialize_ray, validate_cfg
from skyrl_gym.envs import register
from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput


class SingleTurn(BaseTextEnv):
    """One completion, worth nothing by itself: the vote is of the whole group."""

    def __init__(self, env_config=None, extras=None) -> None:
        super().__init__()

    def step(self, action: str) -> BaseTextEnvStepOutput:
        return BaseTextEnvStepOutput(observations=[], reward=0.0, done=True, metadata={})


class MajorityVoteGenerator(SkyRLGymGenerator):
    """Rewards each completion by the vote of its group, which is complete within a call of `generate`."""

    votes: Votes | None = None

    async def generate(self, input_batch, *args, **kwargs):
        output = await super().generate(input_batch, *args, **kwargs)
        rows: dict[str, list[int]] = {}
        for i, trajectory in enumerate(input_batch["trajectory_ids"]):
            rows.setdefault(trajectory.instance_id, []).append(i)
        extras = input_batch["env_extras"]
        logprobs = output.get("rollout_logprobs")
        groups = [
            {
                "id": extras[members[0]]["id"],
                "samples": [self._sample(output, logprobs, i) for i in members],
                "truth": extras[members[0]].get("truth"),
            }
            for members in rows.values()
        ]
        if self.votes is None:
            type(self).votes = Votes(HERE)
        own = self.votes.rewards(groups)
        training = extras[0]["split"] == "train"
        judged = None if training else self.votes.correct(groups)
        rewards = [0.0] * len(output["rewards"])
        for g, members in enumerate(rows.values()):
            paid = own[g]["rewards"] if judged is None else judged[g]["correct"] or [0.0] * len(members)
            for i, reward in zip(members, paid):
                rewards[i] = float(reward)
        metrics = {"vote/agreement": sum(vote["agreement"] for vote in own) / len(own)}
        known = [vote["majority"] for vote in judged or [] if vote["majority"] is not None]
        if known:
            metrics["vote/majority_accuracy"] = sum(known) / len(known)
        return {**output, "rewards": rewards, "rollout_metrics": {**(output.get("rollout_metrics") or {}), **metrics}}

    def _sample(self, output, logprobs, i: int) -> dict:
        ids = output["response_ids"][i]
        sample = {
            "text": self.tokenizer.decode(ids, skip_special_tokens=True),
            "finish": "stop" if output["stop_reasons"][i] == "stop" else "length",
        }
        return sample if logprobs is None else {**sample, "logprobs": [float(value) for value in logprobs[i]]}


class MajorityVoteExperiment(BasePPOExp):
    def get_generator(self, cfg, tokenizer, inference_engine_client):
        from skyrl.backends.skyrl_train.inference_servers.utils import resolve_policy_model_name

        return MajorityVoteGenerator(
            generator_cfg=cfg.generator,
            skyrl_gym_cfg=cfg.environment.skyrl_gym,
            inference_engine_client=inference_engine_client,
            tokenizer=tokenizer,
            policy_model_name=resolve_policy_model_name(cfg),
        )


@ray.remote(num_cpus=1)
def train(cfg: SkyRLTrainConfig) -> None:
    sys.path.insert(0, HERE)
    register(id="selftrain", entry_point="train:SingleTurn")
    MajorityVoteExperiment(cfg).run()


def leaves(settings: dict, prefix: str = "") -> dict:
    """Settings by dotted key."""
    found = {}
    for name, value in settings.items():
        found.update(leaves(value, f"{prefix}{name}.") if isinstance(value, dict) and value else {prefix + name: value})
    return found


def settings(arguments: list[str]) -> list[str]:
    """config.json as SkyRL's arguments, paths of the job folder made absolute, and what was given after them."""
    with open(os.path.join(HERE, "config.json"), encoding="utf-8") as file:
        own = leaves(json.load(file))
    written = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in own.items()]
    return [*(text.replace("JOB/", f"{HERE}/") for text in written), *arguments]


if __name__ == "__main__":
    # Under the name that the environment is registered by.
    import train as job

    cfg = SkyRLTrainConfig.from_cli_overrides(settings(sys.argv[1:]))
    validate_cfg(cfg)
    initialize_ray(cfg)
    ray.get(job.train.remote(cfg))
