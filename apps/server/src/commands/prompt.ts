import { createInterface } from 'node:readline';
import { read } from 'read';

/** Asks one question; `hidden` keeps the answer off the screen. */
export type Ask = (question: string, options?: { hidden?: boolean }) => Promise<string>;

/**
 * Asks in the terminal, or takes the answers from the lines of a pipe.
 * @throws Error when the pipe ends before all is answered
 */
export async function withQuestions<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
  if (process.stdin.isTTY) return work(askTerminal);
  const pipe = createInterface({ input: process.stdin });
  const lines = pipe[Symbol.asyncIterator]();
  try {
    return await work(async (question) => {
      const line = await lines.next();
      if (line.done === true) throw new Error(`No answer to "${question.trim()}".`);
      return line.value;
    });
  } finally {
    pipe.close();
  }
}

function askTerminal(question: string, { hidden = false } = {}): Promise<string> {
  return read({ prompt: question, ...(hidden ? { silent: true, replace: '*' } : {}) });
}
