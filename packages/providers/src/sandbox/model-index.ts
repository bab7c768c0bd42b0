import type { SandboxModelFact } from './knowledge.ts';
import { readWords, squash } from './words.ts';

/** A model and the forms in which it is looked for. */
export interface IndexedModel {
  model: SandboxModelFact;
  /** Every spelling of its name, run together. */
  spellings: readonly string[];
  /** Words of its id and name. */
  parts: ReadonlySet<string>;
  /** Words of its name alone. */
  name: readonly string[];
  /** Words of its name and description. */
  described: ReadonlySet<string>;
}

/**
 * Keeps the searchable forms of the catalog from one question to the next: making them is most of the work of an answer. Prices and standing are
 * always those given; only models whose name or description changed are read anew. Holds no more than the models last given.
 */
export function createModelIndex() {
  let known = new Map<string, { given: SandboxModelFact; indexed: IndexedModel }>();

  return {
    read(models: readonly SandboxModelFact[]): IndexedModel[] {
      const next: typeof known = new Map();
      for (const given of models) {
        const before = known.get(given.id);
        const isSame = before && before.given.name === given.name && before.given.description === given.description;
        const indexed = isSame ? { ...before.indexed, model: tidy(given) } : index(tidy(given));
        next.set(given.id, { given, indexed });
      }
      known = next;
      return [...next.values()].map((entry) => entry.indexed);
    },
  };
}

function index(model: SandboxModelFact): IndexedModel {
  const name = readWords(model.name).list;
  return {
    model,
    spellings: spellingsOf(model),
    parts: new Set([...readWords(model.id).list, ...name]),
    name,
    described: new Set([...name, ...readWords(model.description).list]),
  };
}

function spellingsOf(model: SandboxModelFact): string[] {
  const bare = model.id.slice(model.id.indexOf('/') + 1);
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  const names = [model.id, bare, last, model.name, model.name.replace(/\([^)]*\)/g, '')];
  // Names such as "Stable Diffusion XL 1.0 (SDXL)" and "Davinci (text-davinci-003)" bear another name.
  const others = [...model.name.matchAll(/\(([^)]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => /^[A-Z]{3,}$|[a-z]-.*\d/.test(name));
  const full = [...new Set([...names, ...others].map(squash))];
  const short = withoutBrand(model.name);
  return short === null ? full : [...full, short];
}

/** "Claude Sonnet 5.5" is called "sonnet 5.5". Only names that stay unmistakable: with a letter, a digit and at least four signs. */
function withoutBrand(name: string): string | null {
  const words = readWords(name).list;
  const rest = words.slice(1).join('').replaceAll('.', '');
  return words.length > 2 && rest.length > 3 && /[a-z]/.test(rest) && /\d/.test(rest) ? rest : null;
}

/** Publishers write names and descriptions: one that holds a line break, a bar or a backtick must not change the form of an answer. */
function tidy(model: SandboxModelFact): SandboxModelFact {
  return {
    ...model,
    name: oneLine(model.name),
    provider: oneLine(model.provider),
    description: oneLine(model.description),
  };
}

function oneLine(text: string): string {
  return text.replace(/[|`*\s]+/g, ' ').trim();
}
