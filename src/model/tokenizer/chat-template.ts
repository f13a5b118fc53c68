/** A model's chat template: conversations as the text that it was trained on, as transformers renders them. */
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { SelftrainError } from "../../errors.js";
import type { ChatMessage, TemplateVariables } from "../../group.js";
import { strftime } from "./strftime.js";

export interface RenderOptions {
  /** Whether the text ends with what an answer of the assistant begins with. */
  readonly addGenerationPrompt: boolean;
  /** What the template is told besides. */
  readonly variables?: TemplateVariables | undefined;
  /** What `strftime_now` takes for today, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
}

/**
 * Today, to templates that write the date, where no other day is given. Never the clock's day: a run that is resumed or
 * repeated is to be the same run. It is the day that Llama's own templates fall back on.
 */
const defaultDate = "2024-07-26";

export class ChatTemplate {
  readonly #source: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #file: string;
  #program: ReturnType<typeof parse> | undefined;

  /** `variables` are what the template knows beside the messages, such as `bos_token`; `file` is where it stands. */
  constructor(source: string, variables: Readonly<Record<string, string>>, file: string) {
    this.#source = source;
    this.#variables = variables;
    this.#file = file;
  }

  /** The variables that the template reads and a caller may give, by name: those it sets itself may be among them. */
  get known(): ReadonlySet<string> {
    const names: string[] = this.#tokens().flatMap(({ type, value }: { type: string; value: string }) =>
      type === "Identifier" ? [value] : [],
    );
    return new Set(names.filter((name: string) => !OWN.has(name) && !Object.hasOwn(this.#variables, name)));
  }

  /** Throws `chat-template`, in the template's own words, where it refuses the conversation or is not understood. */
  render(messages: readonly ChatMessage[], options: RenderOptions): string {
    try {
      return this.#run(messages, options);
    } catch (cause) {
      throw new SelftrainError(
        {
          code: "chat-template",
          message: `the chat template of the model refuses a conversation: ${(cause as Error).message}`,
          found: `messages of ${messages.map(({ role }) => role).join(", ")}`,
          where: this.#file,
          remedy: this.#refusesSystem(messages, options)
            ? "this template takes no system message: leave it out (--system), or put its text into --instruction"
            : "give messages of the roles and in the order that the template asks for",
        },
        { cause },
      );
    }
  }

  /** Whether the conversation would be taken without its system messages. */
  #refusesSystem(messages: readonly ChatMessage[], options: RenderOptions): boolean {
    const others = messages.filter(({ role }) => role !== "system");
    if (others.length === messages.length || others.length === 0) return false;
    try {
      this.#run(others, options);
      return true;
    } catch {
      return false;
    }
  }

  #tokens() {
    return tokenize(this.#source, { trim_blocks: true, lstrip_blocks: true });
  }

  #run(
    messages: readonly ChatMessage[],
    { addGenerationPrompt, date, variables: given }: RenderOptions,
  ): string {
    const variables = {
      ...globals,
      ...this.#variables,
      ...given,
      strftime_now: (format: string) => strftime(date ?? defaultDate, format),
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
    };
    this.#program ??= parse(this.#tokens());
    const environment = new Environment();
    for (const [name, value] of Object.entries(variables)) environment.set(name, value);
    return new Interpreter(environment).run(this.#program).value as string;
  }
}

/** Names that every template knows. The library's `Template` sets them too, but with a clock in the machine's language. */
const globals = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception: (message: string) => {
    throw new Error(message);
  },
  range: (first: number, second?: number, step = 1) => {
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
  },
};

/** What is given to every template here, and is nobody else's to give. */
const OWN: ReadonlySet<string> = new Set([
  ...Object.keys(globals),
  "strftime_now",
  "messages",
  "tools",
  "documents",
  "add_generation_prompt",
]);
