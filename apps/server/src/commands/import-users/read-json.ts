import { DomainError } from '../../domain/domain-error.ts';
import { parseGuardedJson } from '../../http/json-guard.ts';
import { describeFields } from './describe-fields.ts';
import type { Entry } from './entry.ts';
import type { Line } from './read-lines.ts';

/**
 * Reads one object per line; what Django's dumpdata wraps (`{"model", "pk", "fields"}`) is unwrapped.
 * @throws Error for a file that is one JSON array
 */
export async function* readJson(lines: AsyncIterable<Line>): AsyncGenerator<Entry> {
  let isFirst = true;
  for await (const line of lines) {
    if (line.problem === undefined && line.text.trim() === '') continue;
    if (isFirst && line.text.trimStart().startsWith('[')) {
      throw new Error(
        'The file holds a JSON array: write one object per line (manage.py dumpdata --format jsonl, or jq -c ".[]").',
      );
    }
    isFirst = false;
    yield line.problem === undefined ? parse(line) : { line: line.number, problem: line.problem };
  }
}

function parse({ number: line, text }: Line): Entry {
  try {
    const value = parseGuardedJson(text);
    if (!isRecord(value)) return { line, problem: 'The line is not a JSON object.' };
    return { line, record: isRecord(value.fields) && 'model' in value ? value.fields : value };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { line, problem: describeFields(error.fields ?? {}) };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
