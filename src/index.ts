/** selftrain as a library. */
export * from "./advantage/index.js";
export { canonicalise } from "./answer/canonical/index.js";
export { type Canonicaliser, registerCanonicaliser } from "./answer/canonicalisers.js";
export { equivalent } from "./answer/equivalent.js";
export { delimitedRule } from "./answer/extract/delimited.js";
export type { AnswerMark, AnswerRule } from "./answer/extract/rule.js";
export { answerRules, type RuleName } from "./answer/extract/rules.js";
export { type ExtractOptions, extractAnswer, locateAnswer } from "./answer/extract.js";
export { type DoctorConfig, doctorConfigSchema } from "./config/doctor-config.js";
export { type EvalConfig, evalConfigSchema } from "./config/eval-config.js";
export { type ExportConfig, exportConfigSchema } from "./config/export-config.js";
export {
  type FinetuneConfig,
  type FinetuneConfigInput,
  finetuneConfigSchema,
} from "./config/finetune-config.js";
export { type GenerateConfig, generateConfigSchema } from "./config/generate-config.js";
export { type LabelConfig, type LabelConfigInput, labelConfigSchema } from "./config/label-config.js";
export { resolveConfig } from "./config/resolve-config.js";
export {
  type RewardModelEvalConfig,
  type RewardModelTrainConfig,
  type RewardModelTrainConfigInput,
  rewardModelEvalConfigSchema,
  rewardModelTrainConfigSchema,
} from "./config/reward-model-config.js";
export { type SelectConfig, selectConfigSchema } from "./config/select-config.js";
export {
  type PretrainConfig,
  type PretrainConfigInput,
  pretrainConfigSchema,
  type TrainConfig,
  type TrainConfigInput,
  trainConfigSchema,
} from "./config/train-config.js";
export {
  type Candidate,
  type Rejection,
  type RejectionRules,
  rejectionOf,
  type Selection as GroupSelection,
  selectGroups,
} from "./curriculum/rejection.js";
export { diagnose } from "./doctor/diagnose.js";
export type { Diagnosis } from "./doctor/diagnosis.js";
export * from "./engine/engine.js";
export { type CreateOptions, OnnxEngine } from "./engine/onnx/onnx-engine.js";
export { type ErrorDetails, SelftrainError } from "./errors.js";
export { bootstrapMeans } from "./evaluate/bootstrap.js";
export { type EvaluationResult, evaluate } from "./evaluate/evaluate.js";
export { evaluateModel } from "./evaluate/evaluate-model.js";
export { type Generated, generateFromModel } from "./evaluate/generate.js";
export { evaluationMetrics, passAtK } from "./evaluate/metrics.js";
export { type Exported, exportModel } from "./export/export-model.js";
export * from "./group.js";
export { resolveDataset } from "./hub/dataset.js";
export { type LabelSummary, labelPrompts } from "./label/label-prompts.js";
export {
  type LabelledGroup,
  readLabelledGroups,
  readLabelledRollouts,
  readLabels,
} from "./label/read-labels.js";
export type { LabelledRollout, LabelRow } from "./label/rows.js";
export { type SelectSummary, selectPrompts } from "./label/select.js";
export { type Aggregation, tokenWeights } from "./loss/aggregate.js";
export * from "./loss/kl.js";
export type { KlTerm, LossKind, LossSpec, PolicyLoss } from "./loss/loss.js";
export { type PreferenceOptions, preferenceLoss, type ScoredPair } from "./loss/preference.js";
export type { ModelConfig } from "./model/config.js";
export { readSafetensors, writeSafetensors } from "./model/safetensors.js";
export { type CollapseRule, collapseVerdict } from "./monitor/collapse-rule.js";
export { stepSignals } from "./monitor/signals.js";
export { type ChosenCompletion, majorityCompletions } from "./preference/completions.js";
export { consistencyPairs, majorityPairs, type Pair, type PairOptions } from "./preference/pairs.js";
export type {
  Selection as PreferenceSelection,
  VotedCompletion,
  VotedPrompt,
} from "./preference/voted-prompt.js";
export { Random, uniform } from "./random.js";
export { formatReward, randomReward, wrongAnswerReward } from "./reward/controls.js";
export { negativeEntropyReward, selfCertaintyReward } from "./reward/intrinsic.js";
export { withNoise } from "./reward/label-noise.js";
export { majorityReward } from "./reward/majority.js";
export { majorityNoveltyReward } from "./reward/majority-novelty.js";
export { mixedReward } from "./reward/mixed.js";
export type { GroupReward, GroupRewardSource, RewardBatch, RewardSource } from "./reward/reward-source.js";
export { softReward } from "./reward/soft.js";
export { fixedTeacherReward, groundTruthReward } from "./reward/stored-labels.js";
export { movingTeacherReward } from "./reward/teacher.js";
export { type HttpRewardOptions, httpReward } from "./reward-http/http-reward.js";
export * from "./reward-model/calibration.js";
export * from "./reward-model/metrics.js";
export * from "./reward-model/objective.js";
export { type VoteVerdict, voteVerdict } from "./reward-model/vote-verdict.js";
export { sampleGroups } from "./rollout/sample-groups.js";
export { type ResolvedModel, resolveModel } from "./run/model-folder.js";
export * from "./run/observer.js";
export { listTasks, taskNamed } from "./tasks/registry.js";
export type { Problem, Task } from "./tasks/task.js";
export { CharacterTokenizer } from "./tokenizer/character-tokenizer.js";
export { loadTokenizer } from "./tokenizer/load.js";
export type { Tokenizer } from "./tokenizer/tokenizer.js";
export { finetune } from "./trainer/finetune/finetune.js";
export { pretrain } from "./trainer/pretrain.js";
export {
  evaluateRewardModel,
  type RewardModelEvaluation,
} from "./trainer/reward-model/evaluate-reward-model.js";
export { type RewardModelSummary, trainRewardModel } from "./trainer/reward-model/train-reward-model.js";
export { type TrainerParts, type TrainSummary, train } from "./trainer/train.js";
export { Trainer } from "./trainer/trainer.js";
export { majorityVote, type VoteOptions, type VoteResult } from "./vote/majority.js";
export { pairwiseAgreement, pairwiseRewards, softRewards } from "./vote/variants.js";
export { voteWeights } from "./vote/weights.js";
