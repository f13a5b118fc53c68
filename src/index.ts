/** selftrain as a library. */

export { audit } from "./apps/audit/audit.js";
export type { Audit } from "./apps/audit/audit-result.js";
export { diagnose } from "./apps/doctor/diagnose.js";
export type { Diagnosis } from "./apps/doctor/diagnosis.js";
export { type Exported, exportModel } from "./apps/export/export-model.js";
export { type ConsoleObserverOptions, consoleObserver } from "./apps/progress/console-observer.js";
export type { Changes, Difference } from "./apps/replay/differences.js";
export { type Replay, type ReplayedStep, type ReplayOptions, replay } from "./apps/replay/replay.js";
export {
  runSql,
  type SqlColumn,
  type SqlOptions,
  type SqlResult,
  type SqlSink,
  streamSql,
} from "./apps/sql/query.js";
export { type AuditConfig, auditConfigSchema } from "./config/audit-config.js";
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
export { type ReplayConfig, replayConfigSchema } from "./config/replay-config.js";
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
export * from "./core/advantage/index.js";
export { canonicalise } from "./core/answer/canonical/index.js";
export { type Canonicaliser, registerCanonicaliser } from "./core/answer/canonicalisers.js";
export { equivalent } from "./core/answer/equivalent.js";
export { delimitedRule } from "./core/answer/extract/delimited.js";
export type { AnswerMark, AnswerRule } from "./core/answer/extract/rule.js";
export { answerRules, type RuleName } from "./core/answer/extract/rules.js";
export { type ExtractOptions, extractAnswer, locateAnswer } from "./core/answer/extract.js";
export {
  type Candidate,
  type Rejection,
  type RejectionRules,
  rejectionOf,
  type Selection as GroupSelection,
  selectGroups,
} from "./core/curriculum/rejection.js";
export { type DetectorOptions, type DetectorSpec, detectorOf } from "./core/detect/spec.js";
export { type Detector, type Point, type Verdict, verdictsOn, type Watch } from "./core/detect/verdict.js";
export { type Aggregation, tokenWeights } from "./core/loss/aggregate.js";
export * from "./core/loss/kl.js";
export type { KlTerm, LossKind, LossSpec, PolicyLoss } from "./core/loss/loss.js";
export { type PreferenceOptions, preferenceLoss, type ScoredPair } from "./core/loss/preference.js";
export type { JudgedVote } from "./core/monitor/calibration/confidence.js";
export type { AnsweredGroup, PaidGroup } from "./core/monitor/group.js";
export {
  type AnswerFigures,
  answerFigures,
  type ShiftFigures,
  shiftFigures,
} from "./core/monitor/label-free/figures.js";
export { type AnswerReference, referenceOf } from "./core/monitor/label-free/reference.js";
export { type Proxy as ProxyReward, type ProxyFigures, proxyFigures } from "./core/monitor/proxy/figures.js";
export { stepSignals } from "./core/monitor/signals.js";
export { type ChosenCompletion, majorityCompletions } from "./core/preference/completions.js";
export { consistencyPairs, majorityPairs, type Pair, type PairOptions } from "./core/preference/pairs.js";
export type {
  Selection as PreferenceSelection,
  VotedCompletion,
  VotedPrompt,
} from "./core/preference/voted-prompt.js";
export { formatReward, randomReward, wrongAnswerReward } from "./core/reward/controls.js";
export { negativeEntropyReward, selfCertaintyReward } from "./core/reward/intrinsic.js";
export { withNoise } from "./core/reward/label-noise.js";
export { majorityReward } from "./core/reward/majority.js";
export { majorityNoveltyReward } from "./core/reward/majority-novelty.js";
export { mixedReward } from "./core/reward/mixed.js";
export type {
  GroupReward,
  GroupRewardSource,
  RewardBatch,
  RewardSource,
} from "./core/reward/reward-source.js";
export { softReward } from "./core/reward/soft.js";
export { fixedTeacherReward, groundTruthReward } from "./core/reward/stored-labels.js";
export { movingTeacherReward } from "./core/reward/teacher.js";
export * from "./core/reward-model/calibration.js";
export * from "./core/reward-model/metrics.js";
export * from "./core/reward-model/objective.js";
export { type VoteVerdict, voteVerdict } from "./core/reward-model/vote-verdict.js";
export { bootstrapMeans } from "./core/statistics/bootstrap-means.js";
export { majorityVote, type VoteOptions, type VoteResult } from "./core/vote/majority.js";
export { pairwiseAgreement, pairwiseRewards, softRewards } from "./core/vote/variants.js";
export { voteWeights } from "./core/vote/weights.js";
export { listTasks, taskNamed } from "./data/tasks/registry.js";
export type { Problem, Task } from "./data/tasks/task.js";
export * from "./engine/engine.js";
export { type CreateOptions, OnnxEngine } from "./engine/onnx/onnx-engine.js";
export { TinkerEngine, type TinkerOptions } from "./engine/tinker/tinker-engine.js";
export { type ErrorDetails, SelftrainError } from "./errors.js";
export * from "./group.js";
export { resolveDataset } from "./io/hub/dataset.js";
export type { ModelConfig } from "./model/config.js";
export { readSafetensors, writeSafetensors } from "./model/safetensors.js";
export { CharacterTokenizer } from "./model/tokenizer/character-tokenizer.js";
export { loadTokenizer } from "./model/tokenizer/load.js";
export type { Tokenizer } from "./model/tokenizer/tokenizer.js";
export { Random, uniform } from "./random.js";
export { type Alarm, readAlarms } from "./run/alarms.js";
export { type ResolvedModel, resolveModel } from "./run/model-folder.js";
export * from "./run/observer.js";
export type { RunEvent } from "./run/store/events.js";
export type { AnswerVote, GroupVote } from "./run/store/group-vote.js";
export { openRunStore, RunStore, type StoreOptions } from "./run/store/open-store.js";
export type { StoreProblem } from "./run/store/problems.js";
export { type EvaluationResult, evaluate } from "./training/evaluate/evaluate.js";
export { evaluateModel } from "./training/evaluate/evaluate-model.js";
export { type Generated, generateFromModel } from "./training/evaluate/generate.js";
export { evaluationMetrics, passAtK } from "./training/evaluate/metrics.js";
export { finetune } from "./training/finetune/finetune.js";
export { type LabelSummary, labelPrompts } from "./training/label/label-prompts.js";
export {
  type LabelledGroup,
  readLabelledGroups,
  readLabelledRollouts,
  readLabels,
} from "./training/label/read-labels.js";
export type { LabelledRollout, LabelRow } from "./training/label/rows.js";
export { type SelectSummary, selectPrompts } from "./training/label/select.js";
export type { RunSigns } from "./training/loop/signs.js";
export { type TrainerParts, type TrainSummary, train } from "./training/loop/train.js";
export { Trainer } from "./training/loop/trainer.js";
export { pretrain } from "./training/pretrain/pretrain.js";
export { type HttpRewardOptions, httpReward } from "./training/reward-http/http-reward.js";
export {
  evaluateRewardModel,
  type RewardModelEvaluation,
} from "./training/reward-model/evaluate-reward-model.js";
export { type RewardModelSummary, trainRewardModel } from "./training/reward-model/train-reward-model.js";
export { sampleGroups } from "./training/rollout/sample-groups.js";
