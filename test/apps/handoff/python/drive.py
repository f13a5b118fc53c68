"""Drives the files of a job folder: python drive.py KIND JOB < groups.json. The target's own classes are stand-ins that give completions."""

import asyncio
import json
import sys
import types

kind, job = sys.argv[1], sys.argv[2]
sys.path.insert(0, job)
groups = json.load(sys.stdin)


def module(name: str, **members) -> None:
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


def votes():
    from selftrain_vote import Votes

    own = Votes(job)
    return {"rewards": own.rewards(groups), "correct": own.correct(groups)}


class Tokenizer:
    """A token is a completion; 0 ends it."""

    eos_token_id = 0

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def decode(self, ids, skip_special_tokens):
        return self.texts[ids[0] - 1]


class Rollout:
    n, response_length = 3, 2
    val_kwargs = types.SimpleNamespace(n=3)


def ids_of(place: int, sample: dict) -> list[int]:
    return [place + 1, 0] if sample["finish"] == "stop" else [place + 1, place + 1]


def verl():
    class SingleTurnAgentLoop:
        def __init__(self, samples):
            self.samples, self.rollout_config = samples, Rollout
            self.tokenizer = Tokenizer([sample.get("text") for sample in samples])

        async def run(self, sampling_params, **kwargs):
            place = kwargs["session_id"]
            await asyncio.sleep(0.01 * (3 - place))
            if self.samples[place].get("fails"):
                raise ValueError("the engine is gone")
            return types.SimpleNamespace(response_ids=ids_of(place, self.samples[place]), extra_fields={}, reward_score=None)

    for name in ["verl", "verl.experimental", "verl.experimental.agent_loop"]:
        module(name)
    module("verl.experimental.agent_loop.single_turn_agent_loop", SingleTurnAgentLoop=SingleTurnAgentLoop)
    from selftrain_agent import MajorityVoteAgentLoop, groups as waiting

    async def rollout(group, place):
        extra = {"id": group["id"], "split": group["split"], "truth": group.get("truth")}
        loop = MajorityVoteAgentLoop(group["samples"])
        try:
            output = await loop.run({}, uid=f"uid-{group['id']}", session_id=place, extra_info=extra)
        except Exception as error:
            return {"error": repr(error)}
        return {"score": output.reward_score, **output.extra_fields["reward_extra_info"]}

    async def everything():
        return await asyncio.gather(*(rollout(group, place) for group in groups for place in range(3)))

    return {"rollouts": asyncio.run(everything()), "waiting": len(waiting)}


def skyrl():
    texts = [sample.get("text") for group in groups for sample in group["samples"]]

    class SkyRLGymGenerator:
        tokenizer = Tokenizer(texts)

        async def generate(self, input_batch):
            samples = [sample for group in groups for sample in group["samples"]]
            return {
                "response_ids": [ids_of(i, sample) for i, sample in enumerate(samples)],
                "stop_reasons": [sample["finish"] for sample in samples],
                "rewards": [0.0] * len(samples),
                "rollout_logprobs": [[-0.5, -0.25] for _ in samples],
                "rollout_metrics": {"generate/own": 1},
            }

    for name in ["skyrl", "skyrl.train", "skyrl.train.entrypoints", "skyrl.train.generators", "skyrl_gym"]:
        module(name)
    module("ray", remote=lambda **options: lambda function: function)
    module("skyrl.train.config", SkyRLTrainConfig=object)
    module("skyrl.train.entrypoints.main_base", BasePPOExp=object)
    module("skyrl.train.generators.skyrl_gym_generator", SkyRLGymGenerator=SkyRLGymGenerator)
    module("skyrl.train.utils", initialize_ray=None, validate_cfg=None)
    module("skyrl_gym.envs", register=None)
    module("skyrl_gym.envs.base_text_env", BaseTextEnv=object, BaseTextEnvStepOutput=dict)
    import train

    rows = [(group, i) for group in groups for i in range(len(group["samples"]))]
    output = asyncio.run(
        train.MajorityVoteGenerator().generate(
            {
                "trajectory_ids": [types.SimpleNamespace(instance_id=group["id"]) for group, _ in rows],
                "env_extras": [
                    {"id": group["id"], "split": group["split"], "truth": group.get("truth")} for group, _ in rows
                ],
            }
        )
    )
    return {"rewards": output["rewards"], "metrics": output["rollout_metrics"], "arguments": train.settings(["trainer.epochs=2"])}


json.dump({"votes": votes, "verl": verl, "skyrl": skyrl}[kind](), sys.stdout)
